import type { Decision, Gate } from '../../../model/gate.ts';
import { adviceLines, evidenceWords, madeDecisionLines, verdictPart } from '../../format/decision-lines.ts';
import type { Deciding } from '../../loaders/deciding.ts';
import { decidingWords } from '../../loaders/deciding.ts';
import type { ClockMode } from '../../format/times.ts';
import { ago } from '../../format/age.ts';
import { plural } from '../../format/numbers.ts';
import { type Part, widthOf } from '../../text/parts.ts';
import { displayWidth, fit } from '../../text/width.ts';
import { wrapLine } from '../../text/wrap.ts';
import { gateLine } from '../upgrade/gate-lines.ts';
import { blockedRouters, imagesOf, includedRouters } from './plan.ts';
import type { WizardEvidence, WizardForm } from './state.ts';

type LineParts = readonly Part[];

const ACTUAL_WIDTH = 22;
const INDENT = '     ';

/** How the page is looked at. */
export interface GatesLook {
  readonly now: number;
  readonly width: number;
  readonly clock: ClockMode;
  readonly deciding: Deciding | null;
}

/** Page 2: the gates of one router in full; of several by gate, and the blocked ones by name. */
export function gateLines(form: WizardForm, look: GatesLook): readonly LineParts[] {
  const { evidence, asking } = form;
  const { now, width, deciding } = look;
  if (evidence === null) {
    const text = asking === null ? 'Not judged yet; r asks again.' : 'Asking the telemetry …';
    return [[{ tone: 'muted', text }]];
  }
  const routers = includedRouters(form);
  const decisions = routers.flatMap(({ id }) => evidence.decisions.get(id) ?? []);
  const [only] = decisions;
  const again = deciding === null ? (asking === null ? '' : ', asking again …') : `, ${decidingWords(deciding)}`;
  const figures =
    only === undefined ? '' : `, ${evidenceWords(only.evidence, look.clock, routers[0]?.timeZone ?? 'UTC')}`;
  const age = `judged ${ago(now - evidence.at)}${again}; over the 2 h before that${figures}`;
  const body =
    routers.length === 1 && only !== undefined
      ? [...oneRouter(form, only, width), ...lastDecision(evidence, now, width)]
      : [...manyRouters(form, decisions), ...whatModelSays(form, width)];
  return [[{ tone: 'muted', text: age }], [], ...body];
}

function oneRouter(form: WizardForm, decision: Decision, width: number): readonly LineParts[] {
  const [router] = includedRouters(form);
  const image = router === undefined ? undefined : imagesOf(form).get(router.id);
  return [
    [
      { tone: 'title', text: router?.hostname ?? '' },
      `   ${router?.runningVersion ?? ''} → ${image?.version ?? ''}   `,
      verdictPart(decision.verdict),
    ],
    [],
    ...decision.gates.flatMap((gate) => oneGate(gate, width)),
  ];
}

/** The last decision on the router for the record, with what a model said of it then. */
function lastDecision({ made }: WizardEvidence, now: number, width: number): readonly LineParts[] {
  if (made === null) return [];
  return [[], [{ tone: 'header', text: 'LAST DECISION FOR THE RECORD' }], ...madeDecisionLines(made, now, width)];
}

/** Of several routers: those that a model was not content with, and why it was not heard where it was not. */
function whatModelSays(form: WizardForm, width: number): readonly LineParts[] {
  const { advice } = form.evidence ?? {};
  const told = includedRouters(form).flatMap((router) => {
    const said = advice?.get(router.id);
    return said === undefined || said.verdict === 'no-objection' ? [] : [{ router, said }];
  });
  return told.flatMap(({ router, said }): LineParts[] => [
    [],
    [' ', { tone: 'title', text: router.hostname }],
    ...adviceLines(said, width),
  ]);
}

/** A gate in one line if it fits, else in two: what the operator decides by is never cut off. */
function oneGate(gate: Gate, width: number): readonly LineParts[] {
  const line = gateLine(gate, Math.max(ACTUAL_WIDTH, displayWidth(gate.actual)));
  const expected: LineParts = [INDENT, { tone: 'muted', text: `must be ${gate.expected}` }];
  const advice = gate.advice === '' ? [] : wrapLine(gate.advice, width - INDENT.length);
  return [
    ...(widthOf(line) <= width ? [line] : [line.slice(0, -1), expected]),
    ...advice.map((text): LineParts => [INDENT, { tone: 'warn', text }]),
  ];
}

function manyRouters(form: WizardForm, decisions: readonly Decision[]): readonly LineParts[] {
  const blocked = blockedRouters(form);
  const [first] = decisions;
  return [
    ...(first?.gates ?? []).map((gate) => gateSummary(gate, decisions)),
    [],
    ...(blocked.length === 0
      ? [[{ tone: 'good', text: `✔ every gate passes for all ${decisions.length}` } as const]]
      : [
          [
            {
              tone: 'warn',
              text: `⚠ ${blocked.length} of ${plural(decisions.length, 'router')} ${blocked.length === 1 ? 'is' : 'are'} blocked; x leaves ${blocked.length === 1 ? 'it' : 'them'} out:`,
            } as const,
          ],
        ]),
    ...blocked.map(({ router, reason }): LineParts => [
      ' ',
      { tone: 'bad', text: '✖ ' },
      `${fit(router.hostname, 20)} `,
      { tone: 'muted', text: reason },
    ]),
  ];
}

function gateSummary({ id, title }: Gate, decisions: readonly Decision[]): LineParts {
  const results = decisions.map(({ gates }) => gates.find((gate) => gate.id === id)?.result ?? 'unknown');
  const failed = results.filter((result) => result === 'fail').length;
  const unknown = results.filter((result) => result === 'unknown').length;
  return [
    ' ',
    failed + unknown === 0 ? { tone: 'good', text: '✔' } : { tone: 'bad', text: '✖' },
    ` ${fit(title, 28)} ${String(results.length - failed - unknown).padStart(4)} pass`,
    { tone: failed === 0 ? 'muted' : 'bad', text: `  ${failed} fail` },
    { tone: unknown === 0 ? 'muted' : 'warn', text: `  ${unknown} not known` },
  ];
}
