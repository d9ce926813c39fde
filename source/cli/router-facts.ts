import type { DeviceFacts } from '../devices/check-router.ts';
import type { Router } from '../model/router.ts';
import { cleanLine } from '../model/text.ts';

/** What `router check` prints for people. */
export function factLines(
  router: Router,
  facts: DeviceFacts,
  { matches, newKey }: { readonly matches: boolean; readonly newKey: boolean },
): readonly string[] {
  const verdict = matches ? 'as the inventory says' : `the inventory says ${router.runningVersion}`;
  const lines: readonly (readonly [string, string | null])[] = [
    ['router', `${router.hostname} (${router.managementAddress}, port ${router.managementPort})`],
    ['calls itself', facts.hostname],
    ['version', `${facts.version}, ${verdict}`],
    ['model', facts.model],
    ['serial', facts.serial],
    ['up for', facts.uptimeSeconds === null ? null : days(facts.uptimeSeconds)],
    ['booted from', facts.bootedFrom],
    ['host key', `${facts.hostKey}, ${newKey ? 'new: it is on record now' : 'as on record'}`],
    ['answered in', `${facts.milliseconds} ms`],
  ];
  return lines.flatMap(([name, value]) => (value === null ? [] : [cleanLine(`${name.padEnd(13)}${value}`)]));
}

function days(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return `${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h ${minutes % 60} min`;
}
