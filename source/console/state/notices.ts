import { cleanLine } from '../../model/text.ts';
import { defineSlice } from './slice.ts';
import type { Store } from './store.ts';

export interface Notice {
  readonly tone: 'info' | 'good' | 'warn' | 'bad';
  readonly text: string;
}

/** The last thing that the operator should know. It stays until the next key press after it was shown, so that nobody misses it. */
export const noticeSlice = defineSlice<Notice | null>('notice', () => null, { keep: true });

export function showNotice(store: Store, tone: Notice['tone'], text: string): void {
  store.set(noticeSlice, { tone, text: cleanLine(text) });
}
