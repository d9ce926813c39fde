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

export const run: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'telegraf config',
    purpose:
      'Writes a configuration for Telegraf, which then polls the routers of your organization by SNMP instead of `netup-tui collect` and writes the same ' +
      'measurements, fields and tags to InfluxDB. No secret is in it: SNMP_COMMUNITY (or SNMP_USER and its keys) and INFLUX_* come from the environment of Telegraf.',
    flags: {
      site: { type: 'string', placeholder: 'NAME', help: 'only the routers of this site' },
      snmpVersion: { type: 'string', choices: ['2c', '3'], default: '2c', help: '2c, or 3 with a user (default 2c)' },
      every: { type: 'number', placeholder: 'SECONDS', default: 60, help: 'seconds from poll to poll (default 60)' },
      out: { type: 'string', placeholder: 'FILE', help: 'where to write it; standard output if left out' },
    },
    examples: [
      'telegraf config --out /etc/telegraf/telegraf.d/netup.conf',
      'telegraf config --site ams --snmp-version 3',
    ],
  });
  const { every, site, out } = flags;
  if (!Number.isInteger(every) || every < 1 || every > LONGEST_EVERY) {
    throw new UserError(`netup-tui telegraf config: --every must be a whole number from 1 to ${LONGEST_EVERY}.`, {
      exitCode: 2,
    });
  }
  if (out !== undefined) checkNewFile(out, '--out');
  const context = openContext(shell.env);
  try {
    const session = await findSession(context.database, context.settings);
    const { organizationId, slug } = startMembership(session, context.settings.organization);
    const all = await listTargets(context.database.organization(organizationId), null);
    const routers = site === undefined ? all : all.filter((router) => router.site === site);
    if (routers.length === 0) {
      const where = site === undefined ? '' : ` at the site ${quoted(site)}`;
      throw new UserError(`There is no router in service in ${slug}${where}, so there is nothing to poll.`);
    }
    const version = flags.snmpVersion === '3' ? '3' : '2c';
    const text = telegrafSnmpConfig(routers, { organizationId, version, everySeconds: every });
    if (out === undefined) shell.stdout.write(text);
    else {
      writeNewPrivateFile(out, text, '--out');
      print(
        shell.stdout,
        `Telegraf polls ${routers.length} routers of ${slug} by ${out}, which its user has to be able to read.`,
      );
    }
    return 0;
  } finally {
    await context.close();
  }
};
