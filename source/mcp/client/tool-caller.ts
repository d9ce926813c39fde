import type { Client } from '@modelcontextprotocol/client';
import type { z } from 'zod';
import { UserError } from '../../config/user-error.ts';
import { cleanLine } from '../../model/text.ts';

/** Asks a tool of a server, and reads its answer. Throws a `UserError` for a refusal, no answer, or one that cannot be read. */
export type CallTool = <Output extends z.ZodObject>(
  name: string,
  given: Readonly<Record<string, unknown>>,
  output: Output,
) => Promise<z.output<Output>>;

/** `server` is what messages call it. */
export function toolCaller(client: Pick<Client, 'callTool'>, server: string): CallTool {
  return async (name, given, output) => {
    const answer = await client.callTool({ name, arguments: { ...given } }).catch((error: unknown) => {
      throw failed(server, name, error instanceof Error ? error.message : String(error), error);
    });
    if (answer.isError === true) {
      const [first] = answer.content;
      throw failed(server, name, first?.type === 'text' ? first.text : 'it failed and did not say why');
    }
    const read = output.safeParse(answer.structuredContent);
    if (read.success) return read.data;
    throw failed(server, name, 'the answer is not that of a server of this version', read.error);
  };
}

function failed(server: string, tool: string, why: string, cause?: unknown): UserError {
  const told = cleanLine(why).slice(0, 300).replace(/\.$/u, '');
  return new UserError(`The MCP server ${server} did not answer ${tool}, so nothing was decided: ${told}.`, { cause });
}
