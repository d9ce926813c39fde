import { cleanLine } from '../../../model/text.ts';
import type { CheckPhase } from '../../../model/upgrade-run.ts';
import type { RecordedCheck } from '../../../postgres/upgrade-checks.ts';
import type { Tone } from '../../theme/tones.ts';
import { displayWidth, fit } from '../../text/width.ts';
import { wrapLine } from '../../text/wrap.ts';
import { heading, type LineParts } from './parts.ts';

const PHASES: Readonly<Record<CheckPhase, string>> = {
  pre: 'before it began',
  gate: 'the gates, right before the device was to go down',
  post: 'after it came back',
};

const GLYPHS: Readonly<Record<RecordedCheck['status'], readonly [Tone, string]>> = {
  pass: ['good', '✔'],
  fail: ['bad', '✖'],
  warn: ['warn', '!'],
  unknown: ['warn', '?'],
};

const NAME_WIDTH = 26;
const INDENT = '     ';

/** What was checked, phase by phase: what does not pass takes the room to say all of it. */
export function checkLines(checks: readonly RecordedCheck[], width: number): readonly LineParts[] {
  return (['pre', 'gate', 'post'] as const).flatMap((phase): readonly LineParts[] => {
    const own = checks.filter((check) => check.phase === phase);
    if (own.length === 0) return [];
    const passed = own.filter(({ status }) => status === 'pass').length;
    const note = `${PHASES[phase]}: ${passed} of ${own.length} pass`;
    return [[], heading('CHECKS', note), ...own.flatMap((check) => linesOf(check, width))];
  });
}

function linesOf(check: RecordedCheck, width: number): readonly LineParts[] {
  const [tone, glyph] = GLYPHS[check.status];
  const [name, actual, expected] = [cleanLine(check.name), cleanLine(check.actual), cleanLine(check.expected)];
  const head = ` ${fit(name, Math.max(NAME_WIDTH, displayWidth(name)))} `;
  const line: LineParts = [' ', { tone, text: glyph }, head, actual, { tone: 'muted', text: `  must be ${expected}` }];
  if (check.status === 'pass') return [line];
  const fits = 2 + displayWidth(head) + displayWidth(actual) + displayWidth(`  must be ${expected}`) <= width;
  const long = fits ? [line] : [[' ', { tone, text: glyph }, ` ${name}`] satisfies LineParts];
  return [
    ...long,
    ...(fits ? [] : indented('text', `found ${actual}`, width)),
    ...(fits ? [] : indented('muted', `must be ${expected}`, width)),
    ...(check.action === '' ? [] : indented('warn', cleanLine(check.action), width)),
  ];
}

function indented(tone: Tone, text: string, width: number): readonly LineParts[] {
  return wrapLine(text, width - INDENT.length).map((line) => [INDENT, { tone, text: line }]);
}
