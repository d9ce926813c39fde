import type { Decision, Gate } from '../../../model/gate.ts';
import { formatAge } from '../../format/age.ts';
import { plural } from '../../format/numbers.ts';
import type { Part } from '../../text/parts.ts';
import { fit } from '../../text/width.ts';
import { gateLine } from '../upgrade/lines.ts';
import { blockedRouters, imagesOf, includedRouters } from './plan.ts';
import type { WizardForm } from './state.ts';

type LineParts = readonly Part[];

/** Page 2: the gates of one router in full; of several by gate, and the blocked ones by name. */
export function gateLines(form: WizardForm, now: number): readonly LineParts[] {
  const { evidence, asking } = form;
  if (evidence === null) {
    const text = asking === null ? 'Not judged yet; r asks again.' : 'Asking the telemetry …';
    return [[{ tone: 'muted', text }]];
  }
  const routers = includedRouters(form);
  const decisions = routers.flatMap(({ id }) => evidence.decisions.get(id) ?? []);
  const [only] = decisions;
  const since = formatAge(now - evidence.at);
  const age = `judged ${since === 'now' ? 'just now' : `${since} ago`}${asking === null ? '' : ', asking again …'}`;
  const body = routers.length === 1 && only !== undefined ? oneRouter(form, only) : manyRouters(form, decisions);
  return [...body, [], [{ tone: 'muted', text: `${age}; over the 2 h before that` }]];
}

function oneRouter(form: WizardForm, decision: Decision): readonly LineParts[] {
  const [router] = includedRouters(form);
  const image = router === undefined ? undefined : imagesOf(form).get(router.id);
  return [
    [{ tone: 'title', text: router?.hostname ?? '' }, `   ${router?.runningVersion ?? ''} → ${image?.version ?? ''}`],
    [],
    ...decision.gates.map((gate) => gateLine(gate)),
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
