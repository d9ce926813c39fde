import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type { SnmpLogin } from '../../model/snmp-login.ts';
import { PollFailed, type PollTarget } from '../poller.ts';
import { SharedSocket } from './shared-socket.ts';
import { SnmpSession } from './snmp-session.ts';

export interface SessionTimes {
  /** For each answer, in milliseconds. */
  readonly timeoutMs: number;
  /** How often to ask once more. */
  readonly retries: number;
}

interface Kept {
  readonly session: SnmpSession;
  readonly login: SnmpLogin;
  readonly address: string;
  readonly port: number;
}

/** A session for each router, kept for the next poll: SNMPv3 spends two requests and some computing on a new one. */
export class Sessions {
  readonly #times: SessionTimes;
  readonly #sockets = new Map<4 | 6, SharedSocket>();
  readonly #kept = new Map<string, Kept>();

  constructor(times: SessionTimes) {
    this.#times = times;
  }

  /** A session that was kept if its address and login are still those of the router, and whether it was. */
  async open(key: string, target: PollTarget, login: SnmpLogin): Promise<{ session: SnmpSession; wasKept: boolean }> {
    const kept = this.#kept.get(key);
    const { snmpPort: port } = target;
    if (kept?.address === target.address && kept.port === port && isDeepStrictEqual(kept.login, login)) {
      return { session: kept.session, wasKept: true };
    }
    const { address, family } = await resolve(target);
    this.drop(key);
    const peer = this.#socket(family).peer(address, port);
    const session = new SnmpSession(login, { ...this.#times, address, port, peer, device: target.hostname });
    this.#kept.set(key, { session, login, address: target.address, port });
    return { session, wasKept: false };
  }

  drop(key: string): void {
    this.#kept.get(key)?.session.close();
    this.#kept.delete(key);
  }

  async close(): Promise<void> {
    for (const key of this.#kept.keys()) this.drop(key);
    await Promise.all([...this.#sockets.values()].map((socket) => socket.close()));
    this.#sockets.clear();
  }

  #socket(family: 4 | 6): SharedSocket {
    const socket = this.#sockets.get(family) ?? new SharedSocket(family);
    this.#sockets.set(family, socket);
    return socket;
  }
}

async function resolve({ address, hostname }: PollTarget): Promise<{ address: string; family: 4 | 6 }> {
  const family = isIP(address);
  if (family === 4 || family === 6) return { address, family };
  const found = await lookup(address).catch(() => null);
  if (found === null) throw new PollFailed('silent', `${hostname} has an address that cannot be looked up.`);
  return { address: found.address, family: found.family === 6 ? 6 : 4 };
}
