import { roleIncludes } from '../../model/role.ts';
import type { ConsoleServices } from '../services.ts';
import type { Command } from './command.ts';

/** Whether a command can run now; `absent` ones are not even listed. */
export type Availability =
  { readonly kind: 'ready' } | { readonly kind: 'disabled'; readonly reason: string } | { readonly kind: 'absent' };

export function availability(command: Command, services: ConsoleServices): Availability {
  if (command.dangerous === true && services.context.readOnly) return { kind: 'absent' };
  if (command.when?.(services) === false) return { kind: 'absent' };
  const reason =
    leavesConsole(command, services) ?? missingRole(command, services) ?? command.disabledReason?.(services) ?? null;
  return reason === null ? { kind: 'ready' } : { kind: 'disabled', reason };
}

function leavesConsole(command: Command, { context }: ConsoleServices): string | null {
  if (command.leavesConsole !== true || context.restricted !== true) return null;
  return `This console is restricted: ${command.title} would leave it.`;
}

function missingRole({ requiredRole }: Command, services: ConsoleServices): string | null {
  if (requiredRole === undefined) return null;
  const { role, slug } = services.membership();
  return roleIncludes(role, requiredRole) ? null : `This needs the role ${requiredRole}; you are ${role} in ${slug}.`;
}
