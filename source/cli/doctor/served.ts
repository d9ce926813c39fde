import { readHostKeys } from '../../serve/host-keys.ts';
import { readAuthorities } from '../../serve/identity/authorities.ts';
import type { Context } from '../context.ts';
import { hostKeyFolder } from '../serve/host-key-folder.ts';
import { fail, type Finding, ok, reason } from './finding.ts';

/** What the built-in SSH server needs of this machine: its host keys, and the authorities whose certificates it takes. */
export function checkServed({ paths, settings }: Pick<Context, 'paths' | 'settings'>): readonly Finding[] {
  const { authorities } = settings.serve;
  return [
    ...look('host keys', 'Give the file back to its account, or restore it from a backup.', () => {
      const keys = readHostKeys(hostKeyFolder({ paths }));
      return keys.length === 0 ? null : keys.map(({ type, fingerprint }) => `${type} ${fingerprint}`).join(', ');
    }),
    ...look('authorities', 'Mend the file, or unset NETUP_SERVE_USER_CA.', () =>
      authorities === null ? null : `${readAuthorities(authorities).size} in ${authorities}`,
    ),
  ];
}

/** Nothing to say where there is none. */
function look(check: string, advice: string, read: () => string | null): readonly Finding[] {
  try {
    const found = read();
    return found === null ? [] : [ok(check, found)];
  } catch (error) {
    return [fail(check, reason(error), advice)];
  }
}
