import type { McpServer } from '@modelcontextprotocol/server';
import { type CallServices, carryOut } from './calls.ts';
import { Refusal } from './refusal.ts';
import type { Tool } from './tool.ts';

/** Lets clients of a server call tools. What is refused is told in the answer, so that a model reads it. */
export function addTools<Context>(
  server: McpServer,
  tools: readonly Tool<Context>[],
  services: CallServices<Context>,
): void {
  for (const { name, title, description, annotations, input, output, run } of tools) {
    server.registerTool(
      name,
      { title, description, annotations, inputSchema: input, outputSchema: output },
      async (given) => {
        try {
          const answer = await carryOut(services, name, (context) => run(context, given));
          return { content: [{ type: 'text', text: JSON.stringify(answer) }], structuredContent: answer };
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          return { isError: true, content: [{ type: 'text', text: error.message }] };
        }
      },
    );
  }
}
