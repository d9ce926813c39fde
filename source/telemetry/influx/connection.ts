import http from 'node:http';
import https from 'node:https';
import { InfluxDB, setLogger } from '@influxdata/influxdb-client';
import type { InfluxSettings } from '../../config/settings.ts';
import { unavailable } from './unavailable.ts';

// The client logs to the console, which belongs to the terminal interface. What it says there also reaches us as an error.
setLogger({ error: () => undefined, warn: () => undefined });

/** One InfluxDB server, and the sockets that we keep to it. */
export class InfluxConnection {
  readonly settings: InfluxSettings;
  /** Host and port, without secrets. */
  readonly address: string;
  readonly #agent: http.Agent;
  readonly #closing = new AbortController();

  constructor(settings: InfluxSettings) {
    const url = new URL(settings.url);
    // Idle sockets go before the server, or a proxy on the way, closes them under a request.
    const kept = { keepAlive: true, maxSockets: 6, timeout: 30_000 };
    this.settings = settings;
    this.address = url.host;
    this.#agent = url.protocol === 'https:' ? new https.Agent(kept) : new http.Agent(kept);
  }

  /**
   * Does `work` with a client whose requests are cut after `timeoutMs` in all. The client by itself only knows an idle socket's
   * time-out, and would leave the socket open after it. Rejects with `TelemetryUnavailable` only.
   */
  async request<T>(timeoutMs: number, work: (client: InfluxDB) => Promise<T>): Promise<T> {
    const deadline = AbortSignal.timeout(timeoutMs);
    const signal = AbortSignal.any([deadline, this.#closing.signal]);
    const { url, token } = this.settings;
    try {
      this.#closing.signal.throwIfAborted();
      return await work(
        new InfluxDB({ url, token, timeout: timeoutMs, transportOptions: { agent: this.#agent, signal } }),
      );
    } catch (error) {
      const why = this.#closing.signal.aborted ? 'closed' : deadline.aborted ? 'late' : error;
      throw unavailable(why, { address: this.address, settings: this.settings, timeoutMs });
    }
  }

  /** Cuts what is still under way. */
  close(): void {
    this.#closing.abort();
    this.#agent.destroy();
  }
}
