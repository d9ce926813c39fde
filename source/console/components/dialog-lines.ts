import type { DialogState } from '../state/dialogs.ts';
import type { Size } from '../state/terminal.ts';
import { fitParts, type Part } from '../text/parts.ts';
import { wrapLine } from '../text/wrap.ts';
import { displayWidth } from '../text/width.ts';
import type { Theme } from '../theme/theme.ts';
import { fieldParts } from './field-parts.ts';

const WIDEST = 76;

/** A dialog as painted lines of equal width, no larger than the room. */
export function dialogLines(theme: Theme, dialog: DialogState, room: Size): readonly string[] {
  const { spec } = dialog;
  const width = dialogWidth(room);
  const inner = width - 4;
  const tone = spec.tone ?? 'accent';
  const { text, fixed, space, lastTop } = layOut(dialog, inner, room.rows);
  const top = Math.min(dialog.scroll, lastTop);
  const shown = text.slice(top, top + space).map((part) => [part]);
  const side = theme.paint(tone, '│');
  const hidden = lastTop > 0 ? ` ${top + shown.length} of ${text.length} ` : '';
  return [
    theme.paint(tone, `┌${title(spec.title, width)}┐`),
    ...[...shown, ...fixed].map((parts) => `${side} ${fitParts(theme, parts, inner)} ${side}`),
    theme.paint(tone, `└${'─'.repeat(width - 2 - hidden.length)}${hidden}┘`),
  ];
}

/** How far down the text of a dialog can be scrolled. */
export function lastScroll(dialog: DialogState, room: Size): number {
  return layOut(dialog, dialogWidth(room) - 4, room.rows).lastTop;
}

/** Cells of a dialog with its frame. */
export function dialogWidth(room: Size): number {
  return Math.min(WIDEST, room.columns - 4);
}

interface Layout {
  readonly text: readonly Part[];
  readonly fixed: readonly (readonly Part[])[];
  readonly space: number;
  readonly lastTop: number;
}

function layOut(dialog: DialogState, inner: number, rows: number): Layout {
  const text = (dialog.spec.lines ?? []).flatMap((line): readonly Part[] =>
    typeof line === 'string'
      ? wrapLine(line, inner)
      : wrapLine(line.text, inner).map((part) => ({ tone: line.tone, text: part })),
  );
  const fixed = [...choiceLines(dialog), ...inputLines(dialog, inner), ...statusLines(dialog, inner)];
  const space = Math.max(1, rows - 4 - fixed.length);
  return { text, fixed, space, lastTop: Math.max(0, text.length - space) };
}

function title(text: string, width: number): string {
  const room = width - 6;
  const shown = displayWidth(text) > room ? text.slice(0, room) : text;
  return `─ ${shown} ${'─'.repeat(width - 5 - displayWidth(shown))}`;
}

function choiceLines({ spec, choice }: DialogState): readonly (readonly Part[])[] {
  return (spec.choices ?? []).map((text, index) =>
    index === choice
      ? [
          { tone: 'accent', text: '(•) ' },
          { tone: 'title', text },
        ]
      : [`( ) ${text}`],
  );
}

function inputLines({ spec, text, busy }: DialogState, inner: number): readonly (readonly Part[])[] {
  if (spec.input === undefined) return [];
  const label = `${spec.input.label} `;
  const look = { width: Math.max(4, inner - displayWidth(label)), focused: !busy, mask: spec.input.mask ?? false };
  return [[''], [{ tone: 'key', text: label }, ...fieldParts(text, look)]];
}

function statusLines({ busy, problem }: DialogState, inner: number): readonly (readonly Part[])[] {
  if (busy) return [[{ tone: 'muted', text: 'Working…' }]];
  if (problem === null) return [];
  return wrapLine(problem, inner - 2).map((text, index) => [
    { tone: 'bad', text: `${index === 0 ? '✖ ' : '  '}${text}` },
  ]);
}
