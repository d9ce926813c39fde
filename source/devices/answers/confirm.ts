import type { Answer } from '../dialogue.ts';

/** `[y/n]` on IOS-XE takes one key. */
export function yesKey(question: RegExp): Answer {
  return { question, send: 'y' };
}

/** A question whose answer in brackets is the right one: the return key takes it. */
export function takeDefault(question: RegExp): Answer {
  return { question, send: '\n' };
}

/** A password that is not to be seen; nothing is foreseen without one. */
export function passwordAnswer(question: RegExp, password: string | null): readonly Answer[] {
  return password === null ? [] : [{ question, send: `${password}\n`, secret: true }];
}

/** A text as part of an expression. */
export function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/gu, '\\$&');
}
