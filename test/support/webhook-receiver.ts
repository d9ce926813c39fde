import { webcrypto } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { z } from 'zod';

const address = z.object({ port: z.number() });
const bodySchema = z.object({
  type: z.string(),
  timestamp: z.iso.datetime(),
  data: z.object({ event_id: z.string(), organization: z.string(), break_glass: z.boolean().optional() }).extend({
    upgrade: z.record(z.string(), z.unknown()).optional(),
    plan: z.record(z.string(), z.unknown()).optional(),
  }),
});

export interface ReceivedMessage {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** As it came. */
  readonly raw: string;
  readonly body: z.infer<typeof bodySchema>;
}

export interface WebhookReceiver {
  readonly url: string;
  readonly received: ReceivedMessage[];
  /** What is done with a message; 204 if it is not set. */
  answer: (response: ServerResponse, message: ReceivedMessage) => void;
  /** The events that came, in their order. */
  events(): readonly string[];
}

/** A real server on this machine that keeps what it is sent; closed after the test. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedMessage[] = [];
  const receiver: WebhookReceiver = {
    url: '',
    received,
    answer: (response) => void response.writeHead(204).end(),
    events: () => received.map(({ body }) => body.type),
  };
  const server = createServer((request, response) => {
    const receive = async (): Promise<void> => {
      const raw = await text(request);
      const body = bodySchema.parse(JSON.parse(raw));
      const message = { path: request.url ?? '', headers: request.headers, raw, body };
      received.push(message);
      receiver.answer(response, message);
    };
    receive().catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return Object.assign(receiver, { url: `http://127.0.0.1:${address.parse(server.address()).port}/hook` });
}

/** Whether a message is signed with a secret, by another implementation than ours. */
export async function isSignedWith(secret: string, { headers, raw }: ReceivedMessage): Promise<boolean> {
  const bytes = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await webcrypto.subtle.importKey('raw', bytes, algorithm, false, ['verify']);
  const [version, signature = ''] = String(headers['webhook-signature']).split(',');
  const signed = Buffer.from(`${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${raw}`);
  return version === 'v1' && webcrypto.subtle.verify('HMAC', key, Buffer.from(signature, 'base64'), signed);
}
