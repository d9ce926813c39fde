/** What SGR can change, each with the parameter that takes it away again. */
const KINDS = [
  ['foreground', '39'],
  ['background', '49'],
  ['bold', '22'],
  ['dim', '22'],
  ['italic', '23'],
  ['underline', '24'],
  ['blink', '25'],
  ['inverse', '27'],
  ['hidden', '28'],
  ['strikethrough', '29'],
  ['overline', '55'],
] as const;

type Kind = (typeof KINDS)[number][0];

/** How a cell looks: the parameters that make it so, by kind. The same look is always the same object. */
export interface Look {
  readonly id: number;
  readonly set: ReadonlyMap<Kind, string>;
}

const SINGLE: Readonly<Record<string, Kind>> = {
  1: 'bold',
  2: 'dim',
  3: 'italic',
  4: 'underline',
  5: 'blink',
  7: 'inverse',
  8: 'hidden',
  9: 'strikethrough',
  53: 'overline',
};

/** A terminal has some dozens in use; programs that go through all colours begin anew. */
const MOST_LOOKS = 4096;
const looks = new Map<string, Look>();
const changes = new Map<number, string>();
export const PLAIN: Look = { id: 0, set: new Map() };
let lastId = 0;

function lookOf(set: ReadonlyMap<Kind, string>): Look {
  if (set.size === 0) return PLAIN;
  const key = KINDS.map(([kind]) => set.get(kind) ?? '').join('|');
  const known = looks.get(key);
  if (known !== undefined) return known;
  if (looks.size >= MOST_LOOKS) looks.clear();
  lastId += 1;
  const look = { id: lastId, set };
  looks.set(key, look);
  return look;
}

/** The look after an SGR sequence with these parameters; null if one of them is not known here. */
export function lookAfter(look: Look, parameters: string): Look | null {
  const set = new Map(look.set);
  const codes = parameters.split(';');
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? '';
    const number = Number(code);
    if (number === 0) set.clear();
    else if (code === '38' || code === '48') {
      const length = codes[at + 1] === '5' ? 3 : codes[at + 1] === '2' ? 5 : 0;
      if (length === 0 || at + length > codes.length) return null;
      set.set(code === '38' ? 'foreground' : 'background', codes.slice(at, at + length).join(';'));
      at += length - 1;
    } else if ((number >= 30 && number <= 37) || (number >= 90 && number <= 97)) set.set('foreground', code);
    else if ((number >= 40 && number <= 47) || (number >= 100 && number <= 107)) set.set('background', code);
    else if (SINGLE[code] !== undefined) set.set(SINGLE[code], code);
    else if (!takeAway(set, code)) return null;
  }
  return lookOf(set);
}

function takeAway(set: Map<Kind, string>, code: string): boolean {
  let known = false;
  for (const [kind, off] of KINDS) {
    if (off !== code) continue;
    set.delete(kind);
    known = true;
  }
  return known;
}

/** The shortest SGR sequence that leads from one look to another. */
export function lookChange(from: Look, to: Look): string {
  if (from === to) return '';
  if (to === PLAIN) return '\u001b[m';
  const key = from.id * 2 ** 26 + to.id;
  const known = changes.get(key);
  if (known !== undefined) return known;
  if (changes.size >= MOST_LOOKS) changes.clear();
  const anew = ['0', ...to.set.values()].join(';');
  const step = stepBetween(from, to).join(';');
  const change = `\u001b[${step.length <= anew.length ? step : anew}m`;
  changes.set(key, change);
  return change;
}

function stepBetween(from: Look, to: Look): readonly string[] {
  const off = new Set(KINDS.flatMap(([kind, code]) => (from.set.has(kind) && !to.set.has(kind) ? [code] : [])));
  // What takes bold away takes dim away too.
  const lost = (kind: Kind): boolean => (kind === 'bold' || kind === 'dim') && off.has('22');
  const on = [...to.set].flatMap(([kind, code]) => (from.set.get(kind) !== code || lost(kind) ? [code] : []));
  return [...off, ...on];
}
