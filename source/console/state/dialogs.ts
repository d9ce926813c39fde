import type { Tone } from '../theme/tones.ts';
import { defineSlice } from './slice.ts';
import type { Store } from './store.ts';
import { NO_TEXT, textState, type TextState } from './text-state.ts';

/** What the operator has entered in a dialog so far. */
export interface DialogAnswer {
  readonly text: string;
  /** Index of the choice. */
  readonly choice: number;
}

export type DialogLine = string | { readonly tone: Tone; readonly text: string };

/** A question that has to be answered before anything else goes on. Enter confirms, Esc cancels. */
export interface DialogSpec {
  readonly title: string;
  readonly tone?: 'accent' | 'warn' | 'bad';
  /** Paragraphs, wrapped to the width; more than fits is scrolled. Clean text (see model/text.ts). */
  readonly lines?: readonly DialogLine[];
  /** A line to write. `paste: false` wants it typed. */
  readonly input?: {
    readonly label: string;
    readonly initial?: string;
    readonly mask?: boolean;
    readonly paste?: boolean;
  };
  readonly choices?: readonly string[];
  readonly initialChoice?: number;
  /** Keys of the choices' own: the dialog that comes in the place of this one. */
  readonly keys?: Readonly<Record<string, (answer: DialogAnswer) => DialogSpec>>;
  /** What Enter does. Without it the dialog only informs, and Enter closes it. */
  readonly confirm?: DialogConfirm;
  readonly onCancel?: () => void;
}

export interface DialogConfirm {
  /** For the footer: `approve`. */
  readonly title: string;
  /** Why Enter does nothing yet; null if it does. */
  readonly disabledReason?: (answer: DialogAnswer) => string | null;
  /** The dialog waits for it, closes when it is done, and stays open with the message, and all that was entered, if it fails. */
  run(answer: DialogAnswer): void | Promise<void>;
}

export interface DialogState {
  readonly spec: DialogSpec;
  readonly text: TextState;
  readonly choice: number;
  readonly scroll: number;
  readonly busy: boolean;
  readonly problem: string | null;
}

/** The open dialogs, the one in front last. */
export const dialogsSlice = defineSlice<readonly DialogState[]>('dialogs', () => []);

export interface Dialogs {
  open(spec: DialogSpec): void;
  /** Closes this one, or the one in front. */
  close(spec?: DialogSpec): void;
  front(): DialogState | undefined;
  /** Changes the one in front, if it is still this one. */
  change(spec: DialogSpec, change: Partial<Omit<DialogState, 'spec'>>): void;
}

export function createDialogs(store: Store): Dialogs {
  const front = (): DialogState | undefined => store.get(dialogsSlice).at(-1);
  return {
    front,
    open(spec) {
      const text = spec.input?.initial === undefined ? NO_TEXT : textState(spec.input.initial);
      const state = { spec, text, choice: spec.initialChoice ?? 0, scroll: 0, busy: false, problem: null };
      store.update(dialogsSlice, (open) => [...open, state]);
    },
    close(spec = front()?.spec) {
      store.update(dialogsSlice, (open) => open.filter((dialog) => dialog.spec !== spec));
    },
    change(spec, change) {
      store.update(dialogsSlice, (open) =>
        open.map((dialog) => (dialog.spec === spec ? { ...dialog, ...change } : dialog)),
      );
    },
  };
}

export function answerOf(dialog: DialogState): DialogAnswer {
  return { text: dialog.text.value, choice: dialog.choice };
}
