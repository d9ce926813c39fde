import { structuredPatch } from 'diff';

/** Lines around a change that are the same. */
const CONTEXT = 3;

/**
 * What changed from one text to another, as lines of a unified diff without file names; empty if nothing did. Compares the texts as they are, and
 * shows them as `shown` makes them, which must keep the number of lines: so a secret that changed is seen to have changed, and not what it is.
 */
export function unifiedDiff(before: string, after: string, shown: (text: string) => string): readonly string[] {
  const [old, young] = [shown(before).split('\n'), shown(after).split('\n')];
  // With a line break at its end, every line of a text is one of the library's too.
  const { hunks } = structuredPatch('', '', `${before}\n`, `${after}\n`, undefined, undefined, { context: CONTEXT });
  return hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => {
    let [left, right] = [oldStart - 1, newStart - 1];
    return [
      `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
      ...lines.map((line) => {
        if (line.startsWith('-')) return `-${old[left++] ?? ''}`;
        if (line.startsWith(' ')) left += 1;
        return `${line.slice(0, 1)}${young[right++] ?? ''}`;
      }),
    ];
  });
}
