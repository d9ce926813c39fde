import { isIPv6 } from 'node:net';
import type { TargetRow } from '../../postgres/poll-targets.ts';
import { profileOf } from '../snmp/profile-of.ts';
import { agentPart, OUTPUT, pointScript, refuseSamePlace, type TelegrafPlace } from './parts.ts';
import { SNMP_READINGS, type SnmpReading } from './snmp-tables.ts';
import { tomlList, tomlText } from './toml.ts';

export interface SnmpConfigOptions {
  readonly organizationId: string;
  readonly version: '2c' | '3';
  readonly everySeconds: number;
}

/**
 * A configuration of Telegraf that reads routers by SNMP and writes our points to InfluxDB; secrets are taken of its environment.
 * Throws a `UserError` for two routers at one address and port: answers could not be told apart.
 */
export function telegrafSnmpConfig(routers: readonly TargetRow[], options: SnmpConfigOptions): string {
  const places = routers.map((router) => ({ router, port: router.snmpPort }));
  refuseSamePlace(places, 'SNMP', 'correct one by router set --snmp-port');
  const groups = Map.groupBy(routers, (router) => `${profileOf(router).name} ${router.snmpPort}`);
  return [
    agentPart(
      options.everySeconds,
      `  collection_jitter = "${Math.floor(options.everySeconds / 4)}s"\n  snmp_translator = "gosmi"\n`,
    ),
    ...[...groups].map(([key, members]) => inputPart(members, SNMP_READINGS[key.split(' ')[0] ?? ''], options)),
    aggregatorPart(places, options),
    OUTPUT,
  ].join('\n');
}

function inputPart(
  routers: readonly TargetRow[],
  reading: SnmpReading | undefined,
  { version }: SnmpConfigOptions,
): string {
  const [first] = routers;
  if (first === undefined || reading === undefined) throw new Error('There is a reading for each profile.');
  const agents = routers.map(
    ({ address, snmpPort }) => `udp://${isIPv6(address) ? `[${address}]` : address}:${snmpPort}`,
  );
  const scalars = Object.entries(reading.scalars).map(([name, oid]) => fieldPart('inputs.snmp.field', name, oid));
  const tables = reading.tables.map(
    ({ name, columns }) =>
      `\n  [[inputs.snmp.table]]\n    name = "${name}"\n    index_as_tag = true\n` +
      Object.entries(columns)
        .map(([column, oid]) => fieldPart('inputs.snmp.table.field', column, oid))
        .join(''),
  );
  return `[[inputs.snmp]]
  name = "netup"
  agents = ${tomlList(agents)}
  agent_host_tag = "source"
${version === '2c' ? COMMUNITY : USER}  timeout = "2s"
  retries = 2
  path = []

${scalars.join('')}${tables.join('')}
  [inputs.snmp.tags]
    netup_port = ${tomlText(String(first.snmpPort))}
`;
}

function fieldPart(kind: string, name: string, oid: string): string {
  const indent = kind.includes('table') ? '    ' : '  ';
  return `${indent}[[${kind}]]\n${indent}  name = "${name}"\n${indent}  oid = ".${oid}"\n`;
}

const COMMUNITY = `  version = 2
  community = "\${SNMP_COMMUNITY}"
`;
const USER = `  version = 3
  sec_level = "authPriv"
  sec_name = "\${SNMP_USER}"
  auth_protocol = "\${SNMP_AUTH_PROTOCOL:-SHA256}"
  auth_password = "\${SNMP_AUTH_PASSWORD}"
  priv_protocol = "\${SNMP_PRIV_PROTOCOL:-AES}"
  priv_password = "\${SNMP_PRIV_PASSWORD}"
`;

function aggregatorPart(places: readonly TelegrafPlace[], { organizationId, everySeconds }: SnmpConfigOptions): string {
  return `[[aggregators.starlark]]
  namepass = ["netup", "netup_*"]
  period = "${everySeconds}s"
  # Answers of slow routers still count.
  grace = "${everySeconds}s"
  drop_original = true
  source = '''
${pointScript(organizationId, places, 'snmp')}'''
`;
}
