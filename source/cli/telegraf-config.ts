import { telegrafGnmiConfig } from '../collectors/telegraf/gnmi-config.ts';
import { telegrafSnmpConfig } from '../collectors/telegraf/snmp-config.ts';
import { checkNewFile, writeNewPrivateFile } from '../config/new-private-file.ts';
import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import { listTargets } from '../postgres/poll-targets.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { findSession, startMembership } from './session.ts';
import { print, type Run } from './shell.ts';

const LONGEST_EVERY = 3600;
const LAST_PORT = 65_535;

export const run: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'telegraf config',
    purpose:
      'Writes a configuration for Telegraf, which then reads the routers of your organization by SNMP or gNMI instead of `netup-tui collect` and writes the same ' +
      'measurements, fields and tags to InfluxDB. No secret is in it: SNMP_COMMUNITY (or SNMP_USER and its keys), or GNMI_USER, GNMI_PASSWORD and GNMI_CA, and ' +
      'INFLUX_* come from the environment of Telegraf.',
    flags: {
      kind: { type: 'string', choices: ['snmp', 'gnmi'], default: 'snmp', help: 'how it reads them (default snmp)' },
      site: { type: 'string', placeholder: 'NAME', help: 'only the routers of this site' },
      snmpVersion: { type: 'string', choices: ['2c', '3'], help: '2c, or 3 with a user (default 2c)' },
      gnmiPort: {
        type: 'number',
        placeholder: 'PORT',
        help: 'port of gNMI on all routers (default 9339 on IOS XE, 32767 on Junos, 6030 on EOS)',
      },
      every: {
        type: 'number',
        placeholder: 'SECONDS',
        default: 60,
        help: 'seconds from one reading to the next (default 60)',
      },
      out: { type: 'string', placeholder: 'FILE', help: 'where to write it; standard output if left out' },
    },
    examples: [
      'telegraf config --out /etc/telegraf/telegraf.d/netup.conf',
      'telegraf config --site ams --snmp-version 3',
      'telegraf config --kind gnmi --every 30 --out /etc/telegraf/telegraf.d/netup.conf',
    ],
  });
  const { every, site, out, gnmiPort } = flags;
  const isGnmi = flags.kind === 'gnmi';
  if (!isWhole(every, LONGEST_EVERY)) throw refusal(`--every must be a whole number from 1 to ${LONGEST_EVERY}`);
  if (gnmiPort !== undefined && !isWhole(gnmiPort, LAST_PORT)) {
    throw refusal(`--gnmi-port must be a whole number from 1 to ${LAST_PORT}`);
  }
  if (gnmiPort !== undefined && !isGnmi) throw refusal('--gnmi-port is for --kind gnmi only');
  if (flags.snmpVersion !== undefined && isGnmi) throw refusal('--snmp-version is for --kind snmp only');
  if (out !== undefined) checkNewFile(out, '--out');
  const context = openContext(shell.env);
  try {
    const session = await findSession(context.database, context.settings);
    const { organizationId, slug } = startMembership(session, context.settings.organization);
    const all = await listTargets(context.database.organization(organizationId), null);
    const found = site === undefined ? all : all.filter((router) => router.site === site);
    const routers = isGnmi ? found.filter(({ platform }) => platform !== null) : found;
    const leftOut = found.length - routers.length;
    if (routers.length === 0) {
      const what = leftOut === 0 ? 'router in service' : 'router of IOS XE, Junos or EOS in service';
      const where = site === undefined ? '' : ` at the site ${quoted(site)}`;
      throw new UserError(`There is no ${what} in ${slug}${where}, so there is nothing to poll.`);
    }
    const text = isGnmi
      ? telegrafGnmiConfig(routers, { organizationId, port: gnmiPort ?? null, everySeconds: every })
      : telegrafSnmpConfig(routers, {
          organizationId,
          version: flags.snmpVersion === '3' ? '3' : '2c',
          everySeconds: every,
        });
    if (out === undefined) shell.stdout.write(text);
    else {
      writeNewPrivateFile(out, text, '--out');
      print(
        shell.stdout,
        `Telegraf reads ${routers.length} routers of ${slug} by ${isGnmi ? 'gNMI' : 'SNMP'} as ${out} has it, which its user has to be able to read.`,
      );
    }
    if (leftOut > 0) {
      print(
        shell.stderr,
        `${leftOut} of ${found.length} routers are left out: what to ask by gNMI is known of IOS XE, Junos and EOS only.`,
      );
    }
    return 0;
  } finally {
    await context.close();
  }
};

function isWhole(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= most;
}

function refusal(what: string): UserError {
  return new UserError(`netup-tui telegraf config: ${what}.`, { exitCode: 2 });
}
