import { cleanLine } from '../../model/text.ts';
import type { ConsoleServices } from '../services.ts';
import type { FoundCommand } from './registry.ts';

/** Runs a command that was found, once at a time; says why if it is disabled or fails. */
export type RunCommand = (found: FoundCommand, services: ConsoleServices) => void;

export function createRunner(): RunCommand {
  const running = new Set<string>();
  return ({ command, availability }, services) => {
    if (availability.kind === 'disabled') services.notify('warn', availability.reason);
    if (availability.kind !== 'ready' || running.has(command.id)) return;
    const failed = (error: unknown): void => reportFailure(services, command.title, error);
    try {
      const outcome = command.run(services);
      if (outcome === undefined) return;
      running.add(command.id);
      outcome.catch(failed).finally(() => running.delete(command.id));
    } catch (error) {
      failed(error);
    }
  };
}

/** Shows what went wrong as a notice, and keeps the whole of it in the log. */
export function reportFailure(services: ConsoleServices, what: string, error: unknown): void {
  services.context.log.error(`console: ${what} failed`, { err: error });
  services.notify('bad', `${what}: ${messageOf(error)}`);
}

/** The sentence of an error, safe to show. */
export function messageOf(error: unknown): string {
  return cleanLine(error instanceof Error && error.message !== '' ? error.message : String(error));
}
