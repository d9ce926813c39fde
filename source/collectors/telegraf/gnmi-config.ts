import { isIPv6 } from 'node:net';
import { PLATFORMS } from '../../model/platform.ts';
import type { TargetRow } from '../../postgres/poll-targets.ts';
import { GNMI_READINGS, type GnmiReading } from './gnmi-subscriptions.ts';
import { agentPart, OUTPUT, pointScript, refuseSamePlace, starScript, type TelegrafPlace } from './parts.ts';
import { tomlList, tomlText } from './toml.ts';

export interface GnmiConfigOptions {
  readonly organizationId: string;
  readonly everySeconds: number;
  /** Null: the usual one of each platform. */
  readonly port: number | null;
}

/**
 * A configuration of Telegraf that subscribes to routers by gNMI with TLS, and writes our points to InfluxDB; secrets are taken of its
 * environment. Routers without a platform are left out: nobody knows what to ask them for. Throws a `UserError` for two routers at one address and port.
 */
export function telegrafGnmiConfig(routers: readonly TargetRow[], options: GnmiConfigOptions): string {
  const groups = PLATFORMS.map((platform) => {
    const reading = GNMI_READINGS[platform];
    const port = options.port ?? reading.port;
    return { reading, port, members: routers.filter((router) => router.platform === platform) };
  }).filter(({ members }) => members.length > 0);
  const places = groups.flatMap(({ port, members }) => members.map((router) => ({ router, port })));
  refuseSamePlace(places, 'gNMI', 'one of the addresses must be wrong');
  return [
    agentPart(options.everySeconds),
    ...groups.map(({ reading, port, members }) => inputPart(members, port, reading, options)),
    processorPart(),
    aggregatorPart(places, options),
    OUTPUT,
  ].join('\n');
}

function inputPart(
  routers: readonly TargetRow[],
  port: number,
  { encoding, origin, subscriptions }: GnmiReading,
  { everySeconds }: GnmiConfigOptions,
): string {
  const addresses = routers.map(({ address }) => `${isIPv6(address) ? `[${address}]` : address}:${port}`);
  const asked = subscriptions.map(
    ({ name, path }) => `
  [[inputs.gnmi.subscription]]
    name = "${name}"
    origin = "${origin}"
    path = "${path}"
    subscription_mode = "sample"
    sample_interval = "${everySeconds}s"
`,
  );
  return `[[inputs.gnmi]]
  addresses = ${tomlList(addresses)}
  namepass = ["gnmi_netup_*"]
  username = "\${GNMI_USER}"
  password = "\${GNMI_PASSWORD}"
  tls_enable = true
  tls_ca = "\${GNMI_CA}"
  encoding = "${encoding}"
  redial = "10s"
  keepalive_time = "5m"
  prefix_tag_key_with_path = true

  [inputs.gnmi.tags]
    netup_port = ${tomlText(String(port))}
${asked.join('')}`;
}

function processorPart(): string {
  return `# Routers have clocks of their own, and some date a value by its last change: a point is of when it was heard.
[[processors.starlark]]
  namepass = ["gnmi_netup_*"]
  source = '''
${starScript('gnmi-heard.star')}'''
`;
}

/** How long nothing more of a sample has to come, and how often it is looked for: together less than from sample to sample. */
function aggregatorPart(places: readonly TelegrafPlace[], { organizationId, everySeconds }: GnmiConfigOptions): string {
  const quiet = Math.min(2000, everySeconds * 250);
  const period = Math.min(5000, everySeconds * 250);
  return `[[aggregators.starlark]]
  namepass = ["gnmi_netup_*"]
  period = "${period}ms"
  grace = "10s"
  drop_original = true
  source = '''
QUIET = ${quiet * 1_000_000}
${pointScript(organizationId, places, 'gnmi')}'''
`;
}
