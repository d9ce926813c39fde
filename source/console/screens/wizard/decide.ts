import { messageOf } from '../../commands/run-command.ts';
import { decideHere } from '../../loaders/deciding.ts';
import type { ConsoleServices } from '../../services.ts';
import { madeHere } from '../router/decide.ts';
import { changeForm, changeVisit, wizardSlice } from './drafts.ts';
import { imagesOf, questionOf } from './plan.ts';

/** Decides about the included routers for the record, and shows what a model says. What comes for choices that were changed meanwhile is not shown. */
export async function decideForRecord(services: ConsoleServices): Promise<void> {
  const { store, context } = services;
  const form = store.get(wizardSlice);
  const question = questionOf(form);
  const images = new Map([...imagesOf(form)].map(([routerId, { id }]) => [routerId, id]));
  changeForm(services, { problem: null });
  try {
    const outcome = await decideHere(services, {
      requests: () => Promise.resolve([...images].map(([routerId, imageId]) => ({ routerId, imageId }))),
      forTheRecord: true,
      of: images.size === 1 ? null : 'of the wizard',
    });
    if (outcome === null) return;
    const { decisions, at } = outcome;
    const [only] = decisions;
    const evidence = {
      decisions: new Map(
        decisions.map(({ routerId, verdict, gates, evidence: of }) => [routerId, { verdict, gates, evidence: of }]),
      ),
      at: at.getTime(),
      images,
      advice: new Map(
        decisions.flatMap(({ routerId, advice }) => (advice === null ? [] : [[routerId, advice] as const])),
      ),
      made: only === undefined || decisions.length > 1 ? null : madeHere(services, outcome, only, 0),
    };
    changeVisit(services, form.visit, (now) => (questionOf(now) === question ? { evidence } : {}));
  } catch (error) {
    context.log.warn('console: the routers of the wizard cannot be decided about', { err: error });
    changeVisit(services, form.visit, () => ({ problem: `They cannot be decided about: ${messageOf(error)}` }));
  }
}
