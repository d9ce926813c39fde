import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import { type Role, ROLES } from '../model/role.ts';

/** An operator's name as it is written in a command. Throws a `UserError` if it cannot be one. */
export function toOperatorName(command: string, written: string | undefined): string {
  const name = written ?? '';
  if (/^[a-z0-9][a-z0-9._-]{0,62}$/u.test(name)) return name;
  throw new UserError(
    `netup-tui ${command}: ${quoted(name)} is no name of an operator: up to 63 small letters, digits and the characters . _ -`,
    { exitCode: 2 },
  );
}

export function toRole(command: string, written: string): Role {
  const role = ROLES.find((candidate) => candidate === written);
  if (role !== undefined) return role;
  throw new UserError(`netup-tui ${command}: ${quoted(written)} is no role; it is one of ${ROLES.join(', ')}.`, {
    exitCode: 2,
  });
}
