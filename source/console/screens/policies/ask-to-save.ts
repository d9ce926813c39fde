import { type PolicyDraft, type PolicyField, draftOf, textsOf } from '../../../model/policy-draft.ts';
import type { Policy } from '../../../model/policy.ts';
import { cleanLine } from '../../../model/text.ts';
import { type PolicyPreview, previewPolicy } from '../../../postgres/policy-preview.ts';
import { changedFields, type PolicyChange, savePolicy } from '../../../postgres/policy-writes.ts';
import { formatCount, plural } from '../../format/numbers.ts';
import type { ConsoleServices } from '../../services.ts';
import type { DialogLine } from '../../state/dialogs.ts';
import { POLICY_LABELS } from '../policy-form/fields.ts';

/** A change of a policy, and the policy as it was; null: a new one. */
export interface WantedPolicy {
  readonly change: PolicyChange;
  readonly base: Policy | null;
}

/**
 * Counts whose policy the change would change, and asks whether to save it. `wanted` says, when they are counted, if anybody still
 * waits for the question. Rejects with a sentence if the change cannot be made.
 */
export async function askToSave(
  services: ConsoleServices,
  { change, base }: WantedPolicy,
  wanted: () => boolean,
  saved: () => void,
): Promise<void> {
  const preview = await previewPolicy(services.scope(), change);
  if (!wanted()) return;
  const name = cleanLine(change.draft.name);
  services.dialogs.open({
    title: base === null ? `Add the policy “${name}”` : `Change policy #${base.id} “${name}”`,
    tone: preview.lose > 0 ? 'bad' : preview.change + preview.gain > 0 ? 'warn' : 'accent',
    lines: [
      ...(base === null ? [] : fieldLines(draftOf(base), change.draft)),
      '',
      ...countLines(preview),
      ...exampleLines(preview),
    ],
    confirm: {
      title: 'save',
      async run() {
        const { id } = await savePolicy(services.scope(), services.actor(), change);
        services.notify('good', `Policy #${id} is saved.`);
        saved();
      },
    },
  });
}

/** `CPU at most, %: 80 → 70` */
function fieldLines(before: PolicyDraft, after: PolicyDraft): readonly string[] {
  const [was, is] = [textsOf(before), textsOf(after)];
  const word = (text: string, field: PolicyField): string =>
    text !== '' ? cleanLine(text) : field === 'window' ? 'none' : 'any';
  return changedFields(before, after).map(
    (field) => `${POLICY_LABELS[field]}: ${word(was[field], field)} → ${word(is[field], field)}`,
  );
}

function countLines({ before, after, gain, lose, change, endsAutoApproval }: PolicyPreview): readonly DialogLine[] {
  const nobody = gain + lose + change === 0;
  return [
    `It applies to ${plural(after, 'router')}; before: ${formatCount(before)}.`,
    ...(nobody ? ['No router changes its policy.'] : []),
    ...(change === 0 ? [] : [`${plural(change, 'router')} would change their policy.`]),
    ...(gain === 0 ? [] : [`${plural(gain, 'router')} without one would get one.`]),
    ...(lose === 0
      ? []
      : [{ tone: 'bad', text: `${plural(lose, 'router')} would have none, and could not be upgraded.` } as const]),
    ...(endsAutoApproval
      ? [
          {
            tone: 'warn',
            text: 'The agent may no longer approve by it: only the administrator of the database lets it.',
          } as const,
        ]
      : []),
  ];
}

function exampleLines({ examples, gain, lose, change }: PolicyPreview): readonly string[] {
  const named = (policy: PolicyPreview['examples'][number]['to']): string => {
    if (policy === null) return 'none';
    return policy.id === '0' ? 'the new one' : `#${policy.id} ${cleanLine(policy.name)}`;
  };
  const more = gain + lose + change - examples.length;
  return [
    ...(examples.length === 0 ? [] : ['']),
    ...examples.map(({ hostname, from, to }) => `${cleanLine(hostname)}: ${named(from)} → ${named(to)}`),
    ...(more > 0 ? [`and ${formatCount(more)} more`] : []),
  ];
}
