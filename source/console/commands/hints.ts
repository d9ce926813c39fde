import { keyLabel } from '../keys/key-label.ts';
import { answerOf, type DialogState } from '../state/dialogs.ts';
import type { FoundCommand } from './registry.ts';

/** A key and what it does, as the footer shows it. */
export interface Hint {
  readonly key: string;
  readonly title: string;
}

/** The footer's hints: commands with a place there that work now. While text is written, only keys that type nothing count. */
export function hintsOf(found: readonly FoundCommand[], writing: boolean): readonly Hint[] {
  return found
    .filter(({ command, availability }) => command.hint !== undefined && availability.kind === 'ready')
    .toSorted((left, right) => (left.command.hint ?? 0) - (right.command.hint ?? 0))
    .flatMap(({ command }) => {
      const key = command.keys.find((name) => !writing || !typesText(name));
      return key === undefined ? [] : [{ key: keyLabel(key), title: command.title }];
    });
}

/** The hints while a dialog is in front. */
export function dialogHints({ spec, busy, ...dialog }: DialogState): readonly Hint[] {
  if (busy) return [];
  const confirm = spec.confirm;
  if (confirm === undefined) return [{ key: '↵', title: 'close' }];
  const open = confirm.disabledReason?.(answerOf({ spec, busy, ...dialog })) ?? null;
  return [...(open === null ? [{ key: '↵', title: confirm.title }] : []), { key: 'esc', title: 'cancel' }];
}

function typesText(name: string): boolean {
  return name === 'space' || Array.from(name).length === 1;
}
