import { fieldParts } from '../../components/field-parts.ts';
import { plural } from '../../format/numbers.ts';
import type { WorkersSeen } from '../../loaders/workers.ts';
import type { Part } from '../../text/parts.ts';
import { confirmationOf, includedRouters } from './plan.ts';
import { afterwards } from './review-lines.ts';
import type { WizardForm } from './state.ts';

/** Page 5: the second deliberate act. */
export function confirmLines(form: WizardForm, workers: WorkersSeen | null): readonly (readonly Part[])[] {
  const routers = includedRouters(form);
  const expected = confirmationOf(form);
  const kind = form.mode === 'dry-run' ? 'dry-run' : 'upgrade';
  const sites = new Set(routers.map(({ site }) => site)).size;
  const what =
    routers.length === 1
      ? `the ${kind} of ${expected}`
      : `the ${kind} of ${plural(routers.length, 'router')} in ${plural(sites, 'site')}`;
  return [
    [{ tone: 'title', text: `Type ${expected} to confirm ${what}.` }],
    [],
    ['  ', ...fieldParts(form.confirmation, { width: 60, focused: !form.writing })],
    [],
    ...afterwards(form, workers),
    [],
    ...(form.writing ? [[{ tone: 'info', text: 'Judging the gates once more and writing …' } as const]] : []),
  ];
}
