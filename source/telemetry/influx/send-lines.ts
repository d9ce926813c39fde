import type { InfluxDB } from '@influxdata/influxdb-client';
import type { InfluxSettings } from '../../config/settings.ts';

/** Bytes from which a batch is compressed. */
const GZIP_FROM = 1000;

/** Sends lines as one request and resolves when the server has stored them. Retries are the write queue's business. */
export async function sendLines(client: InfluxDB, settings: InfluxSettings, lines: string[]): Promise<void> {
  const writer = client.getWriteApi(settings.org, settings.bucket, 'ms', {
    // Above the number of lines, so that only `flush`, which is waited for, sends them.
    batchSize: lines.length + 1,
    flushInterval: 0,
    maxRetries: 0,
    gzipThreshold: GZIP_FROM,
  });
  try {
    writer.writeRecords(lines);
    await writer.flush();
  } finally {
    writer.dispose();
  }
}
