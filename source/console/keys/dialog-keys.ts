import { lastScroll } from '../components/dialog-lines.ts';
import { messageOf } from '../commands/run-command.ts';
import type { ConsoleServices } from '../services.ts';
import { choiceTarget } from '../state/choice-target.ts';
import { answerOf, type DialogState } from '../state/dialogs.ts';
import { textTarget } from '../state/text-state.ts';
import type { KeyPress, KeyTarget } from './key-press.ts';

const SCROLL: Readonly<Record<string, number>> = { j: 1, down: 1, k: -1, up: -1, space: 10, pgdn: 10, pgup: -10 };

/** What a key does while a dialog is in front: nothing else gets it. */
export function pressInDialog(key: KeyPress, dialog: DialogState, services: ConsoleServices): void {
  if (dialog.busy) return;
  const { keys } = dialog.spec;
  const own = keys !== undefined && Object.hasOwn(keys, key.name) ? keys[key.name] : undefined;
  if (own !== undefined) {
    const next = own(answerOf(dialog));
    services.dialogs.close(dialog.spec);
    services.dialogs.open(next);
    return;
  }
  if (key.name === 'esc') cancel(dialog, services);
  else if (key.name === 'enter') confirm(dialog, services);
  else if (dialogTarget(dialog, services)?.press(key) !== true) scroll(key, dialog, services);
}

/** The part of a dialog that takes keys: its line, else its choices. */
export function dialogTarget({ spec, busy }: DialogState, { dialogs }: ConsoleServices): KeyTarget | null {
  if (busy) return null;
  if (spec.input !== undefined) {
    return textTarget(
      () => dialogs.front()?.text ?? { value: '', cursor: 0 },
      (text) => dialogs.change(spec, { text, problem: null }),
      { paste: spec.input.paste ?? true },
    );
  }
  const choices = spec.choices;
  if (choices === undefined) return null;
  return choiceTarget(
    () => choices.length,
    () => dialogs.front()?.choice ?? 0,
    (choice) => dialogs.change(spec, { choice, problem: null }),
  );
}

function cancel({ spec }: DialogState, { dialogs }: ConsoleServices): void {
  dialogs.close();
  spec.onCancel?.();
}

function confirm(dialog: DialogState, services: ConsoleServices): void {
  const { spec } = dialog;
  const { dialogs, context } = services;
  const action = spec.confirm;
  if (action === undefined) {
    dialogs.close();
    return;
  }
  const refused = action.disabledReason?.(answerOf(dialog)) ?? null;
  if (refused !== null) {
    dialogs.change(spec, { problem: refused });
    return;
  }
  const failed = (error: unknown): void => {
    context.log.error(`console: ${spec.title}: ${action.title} failed`, { err: error });
    dialogs.change(spec, { busy: false, problem: messageOf(error) });
  };
  try {
    const outcome = action.run(answerOf(dialog));
    if (outcome === undefined) dialogs.close(spec);
    else {
      dialogs.change(spec, { busy: true, problem: null });
      outcome.then(() => dialogs.close(spec)).catch(failed);
    }
  } catch (error) {
    failed(error);
  }
}

function scroll(key: KeyPress, dialog: DialogState, { dialogs, body }: ConsoleServices): void {
  const step = SCROLL[key.name];
  if (step === undefined) return;
  dialogs.change(dialog.spec, { scroll: Math.max(0, Math.min(lastScroll(dialog, body()), dialog.scroll + step)) });
}
