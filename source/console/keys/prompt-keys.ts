import type { ConsoleServices } from '../services.ts';
import { beforeCursor, closePrompt, promptSlice, type PromptState, written } from '../state/prompt.ts';
import { editText, insertText, textState, type TextState } from '../state/text-state.ts';
import { graphemes } from '../text/width.ts';
import type { KeyPress, KeyTarget } from './key-press.ts';

/** The line at the bottom, if one is open: it gets the keys before the screen does. */
export function promptTarget({ store }: ConsoleServices): KeyTarget | null {
  if (store.get(promptSlice) === null) return null;
  const change = (next: (prompt: PromptState) => PromptState | null): void => {
    const prompt = store.get(promptSlice);
    const after = prompt === null ? null : next(prompt);
    if (after !== null) store.set<PromptState | null>(promptSlice, after);
  };
  const write = (text: TextState): void => change((prompt) => written({ ...prompt, text, historyAt: -1 }));
  return {
    takesText: true,
    press(key: KeyPress): boolean {
      const prompt = store.get(promptSlice);
      if (prompt === null) return false;
      if (key.name === 'esc') {
        closePrompt(store);
        prompt.spec.cancel();
      } else if (key.name === 'enter') submit(prompt, (next) => store.set<PromptState | null>(promptSlice, next));
      else if (key.name === 'tab') change((now) => choose(now, 1));
      else if (key.name === 'shift+tab') change((now) => choose(now, -1));
      else if (prompt.spec.history !== undefined && (key.name === 'up' || key.name === 'down')) {
        change((now) => recall(now, key.name === 'up' ? 1 : -1));
      } else {
        const text = editText(prompt.text, key);
        if (text === null) return false;
        write(text);
      }
      return true;
    },
    paste: (text) => change((prompt) => written({ ...prompt, text: insertText(prompt.text, text), historyAt: -1 })),
  };
}

/** Closed before it is taken, so that what it does may open another. */
function submit(prompt: PromptState, set: (next: PromptState | null) => void): void {
  set(null);
  const fault = prompt.spec.submit(prompt.text.value);
  if (fault !== null) set({ ...prompt, fault });
}

/** The next candidate in the place of the last one; after the last the first. */
function choose(prompt: PromptState, by: number): PromptState {
  const { completion, text } = prompt;
  const count = completion.candidates.length;
  if (count === 0) return prompt;
  const chosen = prompt.chosen < 0 ? (by > 0 ? 0 : count - 1) : (prompt.chosen + by + count) % count;
  const before = beforeCursor(text).slice(0, completion.from) + (completion.candidates[chosen] ?? '');
  const after = graphemes(text.value).slice(text.cursor).join('');
  const next = { value: before + after, cursor: graphemes(before).length };
  const fault = prompt.spec.change(next.value);
  return {
    ...prompt,
    text: next,
    fault,
    chosen: count === 1 ? -1 : chosen,
    ...(count === 1 ? offered(prompt, before) : {}),
  };
}

/** After the only candidate what follows it is offered: the values after `site=`. */
function offered({ spec }: PromptState, before: string): Pick<PromptState, 'completion'> {
  return { completion: spec.complete(before) };
}

function recall(prompt: PromptState, by: number): PromptState {
  const history = prompt.spec.history ?? [];
  const at = Math.max(-1, Math.min(history.length - 1, prompt.historyAt + by));
  return written({ spec: prompt.spec, text: textState(history[at] ?? ''), historyAt: at });
}
