import { text } from 'node:stream/consumers';
import { UserError } from '../config/user-error.ts';
import {
  SHORTEST_SNMP_KEY,
  type SnmpAuthProtocol,
  type SnmpPrivacyProtocol,
  writeSnmpSecret,
} from '../model/snmp-login.ts';
import { askHidden } from './ask-password.ts';
import type { Shell } from './shell.ts';

const LONGEST = 1024;

/** What an SNMPv3 user signs and encrypts with. */
export interface SnmpProtocols {
  readonly auth: SnmpAuthProtocol;
  /** Null: messages are signed, not encrypted. */
  readonly privacy: SnmpPrivacyProtocol | null;
}

/**
 * The pass phrases of an SNMPv3 user, as the secret of a credential: asked for on a terminal, or the first lines of standard input, that of
 * authentication before that of privacy. Throws a `UserError` for what cannot be one, without any of it.
 */
export async function readSnmpSecret(shell: Shell, { auth, privacy }: SnmpProtocols, name: string): Promise<string> {
  const nouns = privacy === null ? (['authentication'] as const) : (['authentication', 'privacy'] as const);
  const phrases: string[] = [];
  if (shell.stdin.isTTY) {
    for (const noun of nouns) phrases.push(check(await askHidden(shell, `The ${noun} pass phrase of ${name}: `), noun));
  } else {
    const lines = (await text(shell.stdin)).replace(/\r?\n$/u, '').split(/\r?\n/u);
    if (lines.length !== nouns.length) {
      throw new UserError(
        `Standard input must have ${nouns.length === 1 ? 'one line' : 'two lines'}: the pass phrase of ${nouns.join(', then that of ')}.`,
      );
    }
    for (const [at, noun] of nouns.entries()) phrases.push(check(lines[at] ?? '', noun));
  }
  const [authKey = '', privKey = ''] = phrases;
  return writeSnmpSecret(
    privacy === null
      ? { level: 'authNoPriv', authProtocol: auth, authKey }
      : { level: 'authPriv', authProtocol: auth, authKey, privProtocol: privacy, privKey },
  );
}

function check(phrase: string, noun: string): string {
  if (phrase.length < SHORTEST_SNMP_KEY) {
    throw new UserError(`The ${noun} pass phrase is too short: SNMPv3 asks for ${SHORTEST_SNMP_KEY} characters.`);
  }
  if (phrase.length > LONGEST || /[\u0000-\u001f\u007f]/u.test(phrase)) {
    throw new UserError(`The ${noun} pass phrase is too long, or has a control character in it.`);
  }
  return phrase;
}
