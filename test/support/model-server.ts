import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { z } from 'zod';

/** What the model says; but `hang`: nothing, ever; `refuse`: that it will not say; a number: an HTTP status. */
export type ModelAnswer = string | number;

/** One question as it came over the wire. */
export interface ModelRequest {
  readonly path: string;
  readonly authorization: string;
  /** Everything that the model was told, instructions first. */
  readonly text: string;
  readonly maxTokens: number;
}

const messages = z.array(z.object({ role: z.string(), content: z.unknown() }));
const openAiBody = z.object({
  model: z.string(),
  messages,
  max_tokens: z.number(),
  response_format: z.object({ type: z.literal('json_schema') }),
});
const anthropicBody = z.object({
  model: z.string(),
  system: z.unknown(),
  messages,
  max_tokens: z.number(),
  tools: z.array(z.object({ name: z.string() })).optional(),
});

/** A language model behind HTTP, speaking the protocols of OpenAI's chat completions and of Anthropic's messages. */
export async function startModelServer(answer: (request: ModelRequest) => ModelAnswer) {
  const requests: ModelRequest[] = [];
  const server = createServer((request, response) => {
    void reply(request, response);
  });

  async function reply(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body: unknown = await json(request);
    const isAnthropic = request.url === '/v1/messages';
    const read = isAnthropic ? anthropicBody.parse(body) : openAiBody.parse(body);
    const system = 'system' in read ? read.system : '';
    const asked = {
      path: request.url ?? '',
      authorization: String(request.headers.authorization ?? request.headers['x-api-key'] ?? ''),
      text: [system, ...read.messages.map(({ content }) => content)]
        .map((part) => (typeof part === 'string' ? part : JSON.stringify(part)))
        .join('\n'),
      maxTokens: read.max_tokens,
    };
    requests.push(asked);
    const said = answer(asked);
    if (said === 'hang') return;
    response.setHeader('content-type', 'application/json');
    if (typeof said === 'number') {
      response.statusCode = said;
      response.end(
        JSON.stringify({
          type: 'error',
          error: { type: 'error', message: `status ${said} for ${asked.authorization}` },
        }),
      );
      return;
    }
    const tool = 'tools' in read ? read.tools?.[0]?.name : undefined;
    response.end(JSON.stringify(isAnthropic ? anthropicAnswer(said, tool) : openAiAnswer(said)));
  }

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address: AddressInfo | string | null = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function openAiAnswer(said: string) {
  const refused = said === 'refuse';
  return {
    id: 'c1',
    created: 1_700_000_000,
    model: 'test',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: refused ? '' : said },
        finish_reason: refused ? 'content_filter' : 'stop',
      },
    ],
    usage: { prompt_tokens: 700, completion_tokens: 50, total_tokens: 750 },
  };
}

function anthropicAnswer(said: string, tool: string | undefined) {
  const refused = said === 'refuse';
  const content =
    tool === undefined || refused
      ? [{ type: 'text', text: refused ? '' : said }]
      : [{ type: 'tool_use', id: 't1', name: tool, input: parsed(said) }];
  return {
    id: 'm1',
    type: 'message',
    role: 'assistant',
    model: 'test',
    content,
    stop_reason: refused ? 'refusal' : tool === undefined ? 'end_turn' : 'tool_use',
    stop_sequence: null,
    usage: { input_tokens: 700, output_tokens: 50 },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
