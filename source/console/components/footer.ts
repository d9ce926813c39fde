import type { Hint } from '../commands/hints.ts';
import type { Notice } from '../state/notices.ts';
import { fitParts, spreadParts, widthOf, type Part } from '../text/parts.ts';
import type { Theme } from '../theme/theme.ts';

const GLYPHS = { info: '·', good: '✔', warn: '!', bad: '✖' } as const;

/**
 * The last line: what is going on at the left, with a warning if there is one, the keys that work now at the right; those that do not fit
 * are left out from the end, `?` last.
 */
export function footerLine(
  theme: Theme,
  status: string,
  hints: readonly Hint[],
  columns: number,
  warning: string | null = null,
): string {
  const left: readonly Part[] = [` ${status}`, ...warningParts(status, warning)];
  let kept = hints;
  while (kept.length > 1 && widthOf(left) + widthOf(hintParts(kept)) + 1 > columns) kept = kept.toSpliced(-2, 1);
  return spreadParts(theme, left, [...hintParts(kept), ' '], columns);
}

function warningParts(status: string, warning: string | null): readonly Part[] {
  if (warning === null) return [];
  return [
    { tone: 'border', text: status === '' ? '' : ' · ' },
    { tone: 'warn', text: warning },
  ];
}

function hintParts(hints: readonly Hint[]): readonly Part[] {
  return hints.flatMap(({ key, title }): readonly Part[] => ['  ', { tone: 'key', text: key }, ` ${title}`]);
}

/** The rule above the footer, which carries the notice when there is one. */
export function ruleLine(theme: Theme, notice: Notice | null, columns: number): string {
  if (notice === null) return theme.paint('border', '─'.repeat(columns));
  return fitParts(theme, [{ tone: notice.tone, text: ` ${GLYPHS[notice.tone]} ${notice.text}` }], columns);
}
