import { fieldParts } from '../../components/field-parts.ts';
import { plural } from '../../format/numbers.ts';
import type { Part } from '../../text/parts.ts';
import { fit } from '../../text/width.ts';
import { wrapLine } from '../../text/wrap.ts';
import { includedRouters } from './plan.ts';
import { MODES, type WizardField, type WizardForm, type WizardMode } from './state.ts';
import { plannedWaves } from './wave-fields.ts';

type LineParts = readonly Part[];

const LABEL_WIDTH = 8;
const INDENT = ' '.repeat(2 + LABEL_WIDTH);

const MODE_WORDS: Readonly<Record<WizardMode, string>> = {
  'dry-run': 'dry-run first: changes nothing, asks before it is for real',
  real: 'run to the end',
};

/** What has the keys is marked at the left. */
export function marked(form: WizardForm, ...fields: readonly WizardField[]): Part {
  return fields.includes(form.field) ? { tone: 'accent', text: '▌ ' } : '  ';
}

/** `(•)` for what is chosen. */
export function radio(chosen: boolean): Part {
  return chosen ? { tone: 'accent', text: '(•) ' } : '( ) ';
}

/** How it is carried out: in earnest or not, and several routers in waves. */
export function planLines(form: WizardForm, width: number): readonly LineParts[] {
  return [
    ...MODES.map((mode, index): LineParts => [
      form.mode === mode ? marked(form, 'mode') : '  ',
      label(index === 0 ? 'mode' : ''),
      radio(form.mode === mode),
      MODE_WORDS[mode],
    ]),
    ...(includedRouters(form).length > 1 ? waveLines(form, width) : []),
  ];
}

function waveLines(form: WizardForm, width: number): readonly LineParts[] {
  const { list, stop, approve } = form.waves;
  const text = (field: 'list' | 'pause' | 'rate' | 'stop', cells: number): readonly Part[] =>
    fieldParts(form.waves[field], { width: cells, focused: form.field === field });
  const planned = plannedWaves(form.waves, includedRouters(form).length);
  const inWaves = list.value.trim() !== '';
  const listField = fieldParts(list, { width: 24, focused: form.field === 'list', placeholder: 'all at once' });
  return [
    [marked(form, 'list'), label('waves'), ...listField, ...(planned.ok ? sizeParts(form, planned.sizes) : [])],
    ...(planned.ok ? [] : faultLines(planned.fault, width)),
    ...(inWaves
      ? [
          [
            marked(form, 'pause', 'rate', 'stop'),
            label('next'),
            'after ',
            ...text('pause', 6),
            ' min, if ',
            ...text('rate', 4),
            '% succeeded; stops after ',
            ...text('stop', 5),
            ` ${stop.value.trim() === '1' ? 'failure' : 'failures'}`,
          ],
          [
            marked(form, 'approve'),
            label(''),
            radio(!approve),
            'opens by itself   ',
            radio(approve),
            'an approver has to open each wave',
          ],
        ]
      : []),
    ...wrapLine(limitWords(form), width - INDENT.length).map((line, index): LineParts => [
      '  ',
      label(index === 0 ? 'limits' : ''),
      { tone: 'muted', text: line },
    ]),
  ];
}

/** `  → 1 (ams-core-01), then 11`: the canary by name, for it goes first. */
function sizeParts(form: WizardForm, [first = 0, ...rest]: readonly number[]): readonly Part[] {
  if (rest.length === 0) return [{ tone: 'muted', text: `   all ${first} at once, as far as the limits let them` }];
  const [canary] = includedRouters(form);
  const name = first === 1 && canary !== undefined ? ` (${fit(canary.hostname, 20).trim()})` : '';
  const shown = rest.slice(0, 5).map(String);
  const more = rest.length > shown.length ? ` … ${plural(rest.length + 1, 'wave')}` : '';
  return [{ tone: 'muted', text: `   ${[`${first}${name}`, ...shown].join(' → ')}${more}` }];
}

function limitWords({ data }: WizardForm): string {
  const { perSite = null, perOrganization = null } = data?.limits ?? {};
  const at = (limit: number | null, where: string): string =>
    limit === null ? `any number ${where}` : `${limit} ${where}`;
  return `at once ${at(perSite, 'at a site')}, ${at(perOrganization, 'in all')}, never two of a redundancy group`;
}

function faultLines(fault: string, width: number): readonly LineParts[] {
  return wrapLine(`✖ ${fault}`, width - INDENT.length - 1).map((text) => [INDENT, { tone: 'bad', text }]);
}

function label(text: string): Part {
  return { tone: 'muted', text: fit(text, LABEL_WIDTH) };
}

/** The waves in words for the review; null where they go all at once. */
export function wavesInWords(form: WizardForm): readonly [string, string] | null {
  const planned = plannedWaves(form.waves, includedRouters(form).length);
  if (!planned.ok || planned.plan === null || planned.sizes.length < 2) return null;
  const { pauseMinutes, successRate, stopAfter, approveWaves } = planned.plan;
  const failures = stopAfter === null ? '' : `; stops after ${plural(stopAfter, 'failure')}`;
  const opens = approveWaves ? ', when an approver opened it' : '';
  return [
    planned.sizes.join(' → '),
    `the next after ${pauseMinutes} min, if ${successRate}% succeeded${opens}${failures}`,
  ];
}
