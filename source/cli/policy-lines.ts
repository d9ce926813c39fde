import { cleanLine } from '../model/text.ts';
import type { PolicyPreview } from '../postgres/policy-preview.ts';

/** What a change of a policy does, for people. */
export function previewLines(preview: PolicyPreview): readonly string[] {
  const { before, after, gain, lose, change, examples, endsAutoApproval } = preview;
  const named = (policy: { readonly id: string; readonly name: string } | null): string => {
    if (policy === null) return 'none';
    return policy.id === '0' ? 'the new one' : `#${policy.id} ${policy.name}`;
  };
  return [
    `It applies to ${after} routers (${before} before): ${change} change their policy, ${gain} gain one, ${lose} lose theirs.`,
    ...examples.map(({ hostname, from, to }) => cleanLine(`  ${hostname}: ${named(from)} -> ${named(to)}`)),
    ...(endsAutoApproval
      ? ['The agent may no longer approve by it: only the administrator of the database lets it.']
      : []),
  ];
}
