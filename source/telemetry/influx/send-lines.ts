import type { InfluxDB } from '@influxdata/influxdb-client';
import type { InfluxSettings } from '../../config/settings.ts';

/** Bytes from which a batch is compressed. */
const GZIP_FROM = 1000;

/** Sends lines as one request and resolves when the server has stored them. Retries are the write queue's business. */
export async function sendLines(client: InfluxDB, settings: InfluxSettings, text: string): Promise<void> {
  const writer = client.getWriteApi(settings.org, settings.bucket, 'ms', {
    // All lines are one record of the client's, so that only `flush`, which is waited for, sends them.
    batchSize: 2,
    maxBatchBytes: Number.MAX_SAFE_INTEGER,
    flushInterval: 0,
    maxRetries: 0,
    gzipThreshold: settings.gzip === false ? Number.MAX_SAFE_INTEGER : GZIP_FROM,
  });
  try {
    writer.writeRecord(text);
    await writer.flush();
  } finally {
    writer.dispose();
  }
}
