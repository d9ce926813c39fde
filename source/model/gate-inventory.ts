import type { Gate } from './gate.ts';
import type { Router } from './router.ts';
import { cleanLine } from './text.ts';

/** The gate of the status: what is out of service, or not to be reached, is not upgraded. */
export function statusGate({ status }: Pick<Router, 'status'>): Gate {
  const base = { id: 'status', title: 'Status in the inventory', expected: 'active', actual: status } as const;
  if (status === 'active') return { ...base, result: 'pass', advice: '' };
  return { ...base, result: 'fail', advice: 'Put the router back into service first (router set --status active).' };
}

/** The gate of the running upgrade: the router has no other one open. `own` is the upgrade that is being judged. */
export function runningGate({ openUpgrade }: Pick<Router, 'openUpgrade'>, own: string | null): Gate {
  const base = { id: 'running', title: 'Other upgrade under way', expected: 'none' } as const;
  if (openUpgrade === null || openUpgrade.id === own) return { ...base, actual: 'none', result: 'pass', advice: '' };
  const actual = `upgrade ${cleanLine(openUpgrade.id)} is ${openUpgrade.status}`;
  return { ...base, actual, result: 'fail', advice: 'Wait until it is over, or cancel it.' };
}
