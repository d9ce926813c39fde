import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { quoted } from '../../config/printable.ts';
import { UserError } from '../../config/user-error.ts';
import { type SchemaText, schemaShape } from './schema-shape.ts';

/** Reads the text of schema.yml, which messages call `name`. Throws one `UserError` with a sentence for each fault. */
export function parseSchema(text: string, name: string): SchemaText {
  const parsed = schemaShape.safeParse(contentOf(text, name));
  const faults = parsed.success ? contradictions(parsed.data) : parsed.error.issues.flatMap(shapeFaults);
  if (!parsed.success || faults.length > 0) throw new UserError(faults.map((fault) => `${name}: ${fault}.`).join('\n'));
  return parsed.data;
}

function contentOf(text: string, name: string): unknown {
  try {
    const document = parseDocument(text);
    const [broken] = document.errors;
    if (broken !== undefined) throw broken;
    return document.toJS();
  } catch (error) {
    const [first = ''] = error instanceof Error ? error.message.split('\n') : [];
    throw new UserError(`${name} is not YAML: ${first.replace(/:$/u, '')}.`, { cause: error });
  }
}

function shapeFaults(issue: z.core.$ZodIssue): readonly string[] {
  const where = pathText(issue.path);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `${where} has an unknown ${quoted(key)}`);
  return [`${where} ${issue.message.startsWith('Invalid input') ? 'is missing or of another kind' : issue.message}`];
}

/** `buckets[0].retention` */
function pathText(path: readonly PropertyKey[]): string {
  const joined = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return joined === '' ? 'it' : joined.replace(/^\./u, '');
}

/** Faults that no part shows by itself. */
function contradictions({ buckets, tokens, tasks }: SchemaText): readonly string[] {
  const known = new Set(buckets.map((bucket) => bucket.name));
  return [
    ...twice('buckets', buckets),
    ...twice('tokens', tokens),
    ...twice('tasks', tasks),
    ...tokens.flatMap((token) =>
      token.permissions
        .filter(({ resource }) => resource !== '*' && !known.has(resource))
        .map(({ resource }) => `the token ${token.name} is for the bucket ${quoted(resource)}, which is not declared`),
    ),
  ];
}

function twice(list: string, entries: readonly { readonly name: string }[]): readonly string[] {
  const names = entries.map((entry) => entry.name);
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [...repeated].map((name) => `${list} has ${quoted(name)} twice`);
}
