import { readCommandLine } from './command-line.ts';
import { findingLines } from './doctor/finding.ts';
import { checkProgram, checkVariables } from './doctor/ssh-files.ts';
import { checkServer, readServer } from './doctor/ssh-server.ts';
import { print, type Run } from './shell.ts';

const CONFIG = '/etc/ssh/sshd_config';
const ACCOUNT = 'netup';

export const run: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'doctor ssh',
    purpose:
      'Says whether OpenSSH on this host is set up for the console as docs/ssh.md has it: what holds for the account, who can write the ' +
      'program, and the file of variables. Needs root, as sshd does. Changes nothing. Exits 1 if something is amiss.',
    flags: {
      account: { type: 'string', placeholder: 'NAME', default: ACCOUNT, help: `whom operators log in as (${ACCOUNT})` },
      config: { type: 'string', placeholder: 'FILE', default: CONFIG, help: `sshd's configuration (${CONFIG})` },
      json: { type: 'boolean', help: 'print {"ok": ..., "findings": [...]}' },
    },
    examples: ['doctor ssh', 'doctor ssh --account noc --json'],
  });
  const server = await readServer(flags.config, flags.account);
  const findings = [...checkServer(server, flags.account), ...checkProgram(server), ...checkVariables(server)];
  const healthy = findings.every(({ state }) => state !== 'fail');
  if (flags.json) print(shell.stdout, JSON.stringify({ ok: healthy, findings }));
  else print(shell.stdout, ...findings.flatMap(findingLines));
  return healthy ? 0 : 1;
};
