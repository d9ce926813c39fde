import type { Socket } from 'node:net';
import type { AuthContext, Connection, PublicKeyAuthContext } from 'ssh2';
import { judge, type Identities } from './authentication.ts';
import type { Vouched } from './identity/find-vouched.ts';
import { ConsoleSession, type SessionParts } from './session.ts';

export interface ConnectionParts extends Omit<SessionParts, 'socket' | 'vouched' | 'onOpen' | 'onClose'> {
  readonly identities: Identities;
  /** Keys that may be offered. */
  readonly tries: number;
  readonly onLogin: (vouched: Vouched) => void;
  readonly onRefused: (why: string) => void;
  readonly onOpen: (session: ConsoleSession) => void;
  readonly onClose: (session: ConsoleSession) => void;
}

/** Serves one connection: one login, by key or certificate, and one console. */
export function serveConnection(connection: Connection, socket: Socket, parts: ConnectionParts): void {
  let vouched: Vouched | null = null;
  let tries = 0;
  let hasAsked = false;
  let session: ConsoleSession | null = null;

  const refuse = (context: AuthContext, why: string): void => {
    // The first `none` only asks which methods there are.
    if (context.method === 'none' && !hasAsked) {
      hasAsked = true;
      return context.reject(['publickey']);
    }
    parts.onRefused(why);
    tries += 1;
    if (tries >= parts.tries) connection.end();
    else context.reject(['publickey']);
  };

  const decide = async (context: PublicKeyAuthContext): Promise<void> => {
    const verdict = await judge(context, parts.remote, parts.identities);
    if (socket.destroyed) return;
    if (!verdict.accepted) return refuse(context, verdict.why);
    if (verdict.proved) {
      vouched = verdict.vouched;
      parts.onLogin(vouched);
    }
    context.accept();
  };

  // A client that breaks the protocol, or whose line drops, is gone; that is no error of ours.
  connection.on('error', () => socket.destroy());
  connection.on('authentication', (context) => {
    if (context.method !== 'publickey') return refuse(context, `${context.method} is no way to log in here`);
    void decide(context);
  });
  connection.on('session', (accept, reject) => {
    if (vouched === null || session !== null) return reject();
    const opened: ConsoleSession = new ConsoleSession(accept(), {
      ...parts,
      socket,
      vouched,
      onOpen: () => parts.onOpen(opened),
      onClose: () => parts.onClose(opened),
    });
    session = opened;
  });
  // Nothing listens for forwarded ports, sockets, agents and displays: ssh2 refuses what nothing listens for.
}
