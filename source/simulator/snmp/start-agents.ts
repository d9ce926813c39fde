import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Agent } from './agent.ts';

export interface AgentsOptions {
  /** `127.0.0.1` if left out. */
  readonly host?: string;
  /** The port of the first agent; the others have those after it. Free ones if left out. */
  readonly firstPort?: number;
}

export interface RunningAgents {
  /** In the order in which the agents were given. */
  readonly ports: readonly number[];
  stop(): Promise<void>;
}

/** Gives each agent a UDP port of its own. Rejects if one cannot be had; nothing is left running then. */
export async function startAgents(
  agents: readonly Pick<Agent, 'answer' | 'delay'>[],
  { host = '127.0.0.1', firstPort }: AgentsOptions = {},
): Promise<RunningAgents> {
  const sockets: Socket[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const stop = async (): Promise<void> => {
    for (const timer of timers) clearTimeout(timer);
    const open = sockets.splice(0);
    const closed = open.map((socket) => once(socket, 'close'));
    for (const socket of open) socket.close();
    await Promise.all(closed);
  };
  try {
    for (const [at, agent] of agents.entries()) {
      const socket = createSocket({ type: 'udp4', lookup: (name, _options, found) => found(null, name, 4) });
      socket.on('message', (message, { address, port }) => {
        const answer = agent.answer(message);
        if (answer === null) return;
        if (agent.delay === 0) return socket.send(answer, port, address);
        const timer = setTimeout(() => {
          timers.delete(timer);
          socket.send(answer, port, address);
        }, agent.delay);
        timers.add(timer);
      });
      const listening = once(socket, 'listening');
      socket.bind(firstPort === undefined ? 0 : firstPort + at, host);
      await listening;
      sockets.push(socket);
    }
    return { ports: sockets.map((socket) => socket.address().port), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
