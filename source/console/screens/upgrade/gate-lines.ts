import type { Gate } from '../../../model/gate.ts';
import { cleanLine } from '../../../model/text.ts';
import { displayWidth, fit } from '../../text/width.ts';
import type { LineParts } from './parts.ts';

const ACTUAL_WIDTH = 12;
/** `20.4R3-S9 → 22.4R3-S2`, and longer versions. */
const WIDEST_ACTUAL = 28;

/** Gates under each other, with as much room for the figures as the longest one needs, and what to do in a line of its own. `note` stands after the figures. */
export function gateLines(gates: readonly Gate[], note: (gate: Gate) => string = () => ''): readonly LineParts[] {
  const longest = Math.max(ACTUAL_WIDTH, ...gates.map(({ actual }) => displayWidth(cleanLine(actual))));
  const width = Math.min(WIDEST_ACTUAL, longest);
  return gates.flatMap((gate): LineParts[] => [
    [...gateLine(gate, width), { tone: 'muted', text: note(gate) === '' ? '' : `  ${note(gate)}` }],
    ...(gate.advice === '' ? [] : [[{ tone: 'warn', text: `     ${gate.advice}` } as const]]),
  ]);
}

/** What was found and what must hold; the advice is not part of it. */
export function gateLine(gate: Gate, actualWidth: number): LineParts {
  const glyphs = { pass: ['good', '✔'], fail: ['bad', '✖'], unknown: ['warn', '?'] } as const;
  const [tone, glyph] = glyphs[gate.result];
  return [
    ' ',
    { tone, text: glyph },
    ` ${fit(gate.title, 26)} ${fit(gate.actual, actualWidth, 'right')}`,
    { tone: 'muted', text: `  must be ${gate.expected}` },
  ];
}
