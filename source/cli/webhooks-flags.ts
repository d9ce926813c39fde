import { text } from 'node:stream/consumers';
import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import { WEBHOOK_EVENTS } from '../model/webhook.ts';
import { checkWebhookSecret } from '../upgrades/webhooks/signature.ts';
import { askHidden } from './ask-password.ts';
import type { Shell } from './shell.ts';
import { suggestion } from './suggest.ts';

const LONGEST_URL = 2048;

/** What a webhook may be called. */
export function toName(written: string): string {
  if (/^[A-Za-z0-9][\w.@-]{0,62}$/u.test(written)) return written;
  return wrong(`${quoted(written)} is no name: up to 63 letters, digits and the characters _ . @ -`);
}

/** Where it is: https, unless http was allowed, and nothing that would be a login in the address. */
export function toUrl(written: string | undefined, allowHttp: boolean): string {
  if (written === undefined) return wrong('--url URL is needed: where messages are sent to.');
  const url = URL.canParse(written) ? new URL(written) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    return wrong(`${quoted(written)} is no address: write it with https://`);
  }
  if (url.username !== '' || url.password !== '') {
    return wrong(
      '--url must not have a login in it: messages are signed, which is what tells the receiver who sent them.',
    );
  }
  if (url.href.length > LONGEST_URL) return wrong(`--url is longer than ${LONGEST_URL} characters.`);
  if (url.protocol === 'http:' && !allowHttp) {
    return wrong('--url is http, so everybody on the way could read the messages: use https, or say --allow-http.');
  }
  url.hash = '';
  return url.href;
}

/** Names of events with commas between; none: all. */
export function toEvents(written: string | undefined): readonly string[] {
  if (written === undefined) return [];
  const names = [...new Set(written.split(',').map((name) => name.trim()))];
  for (const name of names) {
    if (!WEBHOOK_EVENTS.includes(name)) {
      wrong(
        `there is no event ${quoted(name)}.${suggestion(name, WEBHOOK_EVENTS)} They are: ${WEBHOOK_EVENTS.join(', ')}.`,
      );
    }
  }
  return names;
}

/** The receiver's own secret: asked for without showing it, or all of standard input; never an argument. */
export async function readWebhookSecret(shell: Shell, name: string): Promise<string> {
  const secret = shell.stdin.isTTY ? await askHidden(shell, `The secret of ${name}: `) : await text(shell.stdin);
  return checkWebhookSecret(secret.trim());
}

function wrong(fault: string): never {
  throw new UserError(`netup-tui webhooks add: ${fault}`, { exitCode: 2 });
}
