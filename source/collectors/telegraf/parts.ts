import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../config/package-root.ts';
import { UserError } from '../../config/user-error.ts';
import { cleanLine } from '../../model/text.ts';
import type { TargetRow } from '../../postgres/poll-targets.ts';
import { pointTags } from '../point-tags.ts';
import { starlarkText } from './toml.ts';

/** A router, and the port that Telegraf asks it at. */
export interface TelegrafPlace {
  readonly router: TargetRow;
  readonly port: number;
}

/** Throws a `UserError` for two routers at one address and port: answers could not be told apart. */
export function refuseSamePlace(places: readonly TelegrafPlace[], protocol: string, remedy: string): void {
  const taken = new Map<string, TargetRow>();
  for (const { router, port } of places) {
    const place = `${router.address} ${port}`;
    const other = taken.get(place);
    if (other !== undefined) {
      throw new UserError(
        `${cleanLine(other.hostname)} and ${cleanLine(router.hostname)} are both at ${router.address}, port ${port} of ${protocol}; ${remedy}.`,
      );
    }
    taken.set(place, router);
  }
}

export function agentPart(everySeconds: number, more = ''): string {
  return `# Made by netup-tui telegraf config; make it anew when the inventory changes. Secrets come from Telegraf's environment.

[agent]
  interval = "${everySeconds}s"
${more}  omit_hostname = true
`;
}

/** A script of influx/telegraf. */
export function starScript(name: string): string {
  return readFileSync(path.join(packageRoot, 'influx', 'telegraf', name), 'utf8');
}

/** The script that makes points: what it has to know of the routers, what all scripts share, and that of `kind`. */
export function pointScript(organizationId: string, places: readonly TelegrafPlace[], kind: 'snmp' | 'gnmi'): string {
  const rows = places.map(({ router, port }) => {
    const { router_id, vendor, site } = pointTags(router);
    const values = [router_id, vendor, site].map(starlarkText).join(', ');
    return `    ${starlarkText(`${router.address} ${port}`)}: (${values}),`;
  });
  return `ORGANIZATION = ${starlarkText(organizationId)}
ROUTERS = {
${rows.join('\n')}
}

${starScript('common.star')}
${starScript(`${kind}-points.star`)}`;
}

export const OUTPUT = `[[outputs.influxdb_v2]]
  urls = ["\${INFLUX_URL}"]
  token = "\${INFLUX_TOKEN}"
  organization = "\${INFLUX_ORG}"
  bucket = "\${INFLUX_BUCKET}"
`;
