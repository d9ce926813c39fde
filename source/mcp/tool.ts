import type { ToolAnnotations } from '@modelcontextprotocol/server';
import type { z } from 'zod';
import { cleaned } from './untrusted.ts';

/** What a tool has: who calls, and what it reads. */
interface ToolSpec<Context, Input extends z.ZodObject, Output extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  /** For the model: what it answers, and when to call it. */
  readonly description: string;
  /** What a tool that writes differs in from one that reads. */
  readonly annotations?: ToolAnnotations;
  readonly input: Input;
  readonly output: Output;
  readonly run: (context: Context, input: z.output<Input>) => Promise<z.input<Output>>;
}

/** A tool of a server, whatever it takes and gives. */
export interface Tool<Context> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly annotations: ToolAnnotations;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  /** Checks what comes in and what goes out. Rejects with a `Refusal` or an error of what it asked. */
  readonly run: (context: Context, input: unknown) => Promise<Readonly<Record<string, unknown>>>;
}

/** Our tools read what is ours, and the same call again changes nothing. */
const READING: ToolAnnotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};

export function defineTool<Context, Input extends z.ZodObject, Output extends z.ZodObject>(
  spec: ToolSpec<Context, Input, Output>,
): Tool<Context> {
  const { name, title, description, annotations = {}, input, output, run } = spec;
  return {
    name,
    title,
    description,
    annotations: { title, ...READING, ...annotations },
    input,
    output,
    run: async (context, given) => output.parse(cleaned(await run(context, input.parse(given)))),
  };
}
