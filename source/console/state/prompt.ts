import type { Completion } from '../../model/filter/complete.ts';
import type { FilterFault } from '../../model/filter/terms.ts';
import { graphemes } from '../text/width.ts';
import { defineSlice } from './slice.ts';
import type { Store } from './store.ts';
import { textState, type TextState } from './text-state.ts';

/** A line that is written at the bottom of the screen: a filter, a command. Enter takes it, Esc drops it, Tab completes. */
export interface PromptSpec {
  /** Before the line: `/`. */
  readonly label: string;
  readonly initial?: string;
  /** What Enter does, for the footer: `keep`. */
  readonly title: string;
  /** What Esc does. */
  readonly cancelTitle: string;
  /** After every change of the line; what is wrong with it, and where. */
  readonly change: (text: string) => FilterFault | null;
  /** What could go on from the text before the cursor. */
  readonly complete: (before: string) => Completion;
  /** Enter. A fault keeps the line open; a promise is not waited for. */
  readonly submit: (text: string) => FilterFault | null;
  readonly cancel: () => void;
  /** Earlier lines, newest first, for the arrow keys. Without them the arrows stay with the screen. */
  readonly history?: readonly string[];
}

export interface PromptState {
  readonly spec: PromptSpec;
  readonly text: TextState;
  readonly fault: FilterFault | null;
  readonly completion: Completion;
  /** Index of the candidate that Tab put into the line; -1: none. */
  readonly chosen: number;
  /** Index in the history; -1: a line of its own. */
  readonly historyAt: number;
}

export const promptSlice = defineSlice<PromptState | null>('prompt', () => null);

export function openPrompt(store: Store, spec: PromptSpec): void {
  const text = textState(spec.initial ?? '');
  store.set<PromptState | null>(promptSlice, written({ spec, text, historyAt: -1 }));
}

export function closePrompt(store: Store): void {
  store.set<PromptState | null>(promptSlice, null);
}

/** The prompt after its line was changed by hand or by the history. */
export function written({ spec, text, historyAt }: Pick<PromptState, 'spec' | 'text' | 'historyAt'>): PromptState {
  const fault = spec.change(text.value);
  return { spec, text, historyAt, fault, completion: spec.complete(beforeCursor(text)), chosen: -1 };
}

export function beforeCursor({ value, cursor }: TextState): string {
  return graphemes(value).slice(0, cursor).join('');
}
