import { cleanLine } from '../../../model/text.ts';
import type { RecordedCheck } from '../../../postgres/upgrade-checks.ts';
import { fit, truncate } from '../../text/width.ts';
import { heading, type LineParts } from '../upgrade/parts.ts';

const NAME = 28;

/** What the steps recorded: what a check found before, and what the same one found after. */
export function checkPairs(checks: readonly RecordedCheck[], width: number): readonly LineParts[] {
  if (checks.length === 0) return [heading('CHECKS', 'none was recorded')];
  const names = [...new Set(checks.map(({ name }) => name))];
  const half = Math.max(12, Math.floor((width - NAME - 12) / 2));
  return [
    heading('CHECKS', 'as the steps recorded them'),
    [{ tone: 'header', text: `  ${' '.repeat(NAME)}${fit('before', half)}  ${fit('after', half)}` }],
    ...names.map((name): LineParts => {
      const find = (...phases: readonly RecordedCheck['phase'][]): RecordedCheck | undefined =>
        checks.findLast((check) => check.name === name && phases.includes(check.phase));
      const [earlier, later] = [find('pre', 'gate'), find('post')];
      // A check of what must be as before says what that was.
      const before = earlier?.actual ?? later?.expected ?? '';
      const failed = later !== undefined && later.status !== 'pass';
      return [
        `  ${fit(cleanLine(name), NAME)}${fit(truncate(cleanLine(before), half), half)}  `,
        { tone: failed ? 'bad' : 'text', text: fit(truncate(cleanLine(later?.actual ?? '–'), half), half) },
        { tone: failed ? 'bad' : 'good', text: later === undefined ? '' : failed ? `  ✖ ${later.status}` : '  ✔' },
      ];
    }),
  ];
}
