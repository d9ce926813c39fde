import { requestUpgrades } from '../../../upgrades/request.ts';
import { messageOf } from '../../commands/run-command.ts';
import { plural } from '../../format/numbers.ts';
import type { ConsoleServices } from '../../services.ts';
import { zoneSlice } from '../../state/session.ts';
import { upgradeRoute, upgradesRoute } from '../routes.ts';
import { imagesOf, includedRouters } from './plan.ts';
import { plannedStart } from './schedule.ts';
import { changeForm, closeForm, wizardSlice } from './state.ts';

/**
 * Writes the request: upgrades, steps and audit rows in one transaction. While it runs, further Enters do nothing; after a failure
 * the form is as it was, with the sentence, and Enter tries again with the same key, so that nothing is requested twice.
 */
export async function submit(services: ConsoleServices): Promise<void> {
  const { store, context } = services;
  const form = store.get(wizardSlice);
  if (form.writing) return;
  const start = plannedStart(form, store.get(zoneSlice), context.now());
  if (!start.ok) {
    changeForm(services, { problem: `The schedule does not hold any more: ${start.fault}.` });
    return;
  }
  changeForm(services, { writing: true, problem: null });
  try {
    const images = imagesOf(form);
    const { changeReference } = form;
    const outcome = await requestUpgrades(
      { scope: services.scope(), telemetry: context.telemetry, now: () => context.now() },
      services.actor(),
      {
        routerIds: includedRouters(form).map(({ id }) => id),
        imageIds: new Map([...images].map(([routerId, { id }]) => [routerId, id])),
        schedule: start.choice,
        idempotencyKey: form.idempotencyKey,
        ...(changeReference.value.trim() === '' ? {} : { changeReference: changeReference.value }),
      },
    );
    const [first] = outcome.upgrades;
    closeForm(services);
    services.notify(
      'good',
      `${plural(outcome.upgrades.length, 'upgrade')} requested: another operator has to approve ${outcome.upgrades.length === 1 ? 'it' : 'them'}.`,
    );
    const next =
      outcome.upgrades.length === 1 && first !== undefined
        ? upgradeRoute.to({ upgradeId: first.upgradeId })
        : upgradesRoute.to({});
    // The operator may have gone elsewhere while it was written; the wizard's place is taken, no other one.
    if (services.navigation.current()?.routeId === 'wizard') services.navigation.replace(next);
  } catch (error) {
    context.log.warn('console: a request was not carried out', { err: error });
    changeForm(services, { writing: false, problem: messageOf(error) });
  }
}
