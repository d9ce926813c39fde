import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { UserError } from '../../config/user-error.ts';
import { cleanLine } from '../../model/text.ts';
import { fail, type Finding, ok } from './finding.ts';

const SSHD = '/usr/sbin/sshd';
const ADVICE = 'Install deploy/ssh/netup-tui.conf as the last file of sshd_config.d, and reload sshd (docs/ssh.md).';

/** What holds for the account, by sshd itself: keyword in small letters to value. */
export type ServerSettings = ReadonlyMap<string, string>;

/** Asks sshd. Throws a `UserError` if it cannot be asked. */
export async function readServer(config: string, account: string): Promise<ServerSettings> {
  try {
    const connection = `user=${account},host=bastion,addr=192.0.2.1`;
    const { stdout } = await promisify(execFile)(SSHD, ['-T', '-f', config, '-C', connection]);
    return new Map(
      stdout.split('\n').flatMap((line): [string, string][] => {
        const [, name, value] = /^(\S+) (.*)$/u.exec(line) ?? [];
        return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value]];
      }),
    );
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    const why = said === '' ? String(error) : said;
    throw new UserError(
      `sshd cannot say what holds for ${account}: ${cleanLine(why).slice(0, 300)}. Run it as root, where OpenSSH is installed.`,
      { cause: error },
    );
  }
}

/** What has to hold, and what it would be good for if it did not. */
const NEEDED: readonly (readonly [keyword: string, value: RegExp, otherwise: string])[] = [
  ['forcecommand', /netup-tui --restricted --variables \//u, 'operators get a shell, or a console that leads to one'],
  ['exposeauthinfo', /^yes$/u, 'the console cannot tell who an operator is, and refuses everybody'],
  ['authenticationmethods', /^publickey$/u, 'somebody may get in without a key'],
  ['passwordauthentication', /^no$/u, 'somebody may get in with a password'],
  ['kbdinteractiveauthentication', /^no$/u, 'somebody may get in with a password'],
  ['disableforwarding', /^yes$/u, 'ports, agents and sockets are forwarded'],
  ['permituserrc', /^no$/u, 'a file in the home of the account is run'],
  ['permittunnel', /^no$/u, 'networks are joined through it'],
  ['permittty', /^yes$/u, 'the console has no terminal'],
  ['authorizedkeysfile', /^none$/u, 'keys count that are in no database'],
  ['authorizedkeyscommand', /netup-tui operators keys authorized --variables \//u, 'no key of an operator is known'],
];

export function checkServer(settings: ServerSettings, account: string): readonly Finding[] {
  const wrong = NEEDED.flatMap(([keyword, needed, otherwise]) => {
    const value = settings.get(keyword) ?? 'none';
    if (needed.test(value)) return [];
    return fail('sshd', `${keyword} is ${cleanLine(value).slice(0, 100)} for ${account}: ${otherwise}`, ADVICE);
  });
  return wrong.length > 0 ? wrong : [ok('sshd', `what docs/ssh.md asks for holds for ${account}`)];
}
