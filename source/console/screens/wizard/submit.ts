import { randomUUID } from 'node:crypto';
import { type RequestOutcome, requestUpgrades } from '../../../upgrades/request.ts';
import { messageOf } from '../../commands/run-command.ts';
import { plural } from '../../format/numbers.ts';
import type { ConsoleServices } from '../../services.ts';
import { zoneSlice } from '../../state/session.ts';
import { upgradeRoute, upgradesRoute, wizardRoute } from '../routes.ts';
import { changeForm, changeVisit, closeVisit, setOf, wizardSlice } from './drafts.ts';
import { imagesOf, includedRouters } from './plan.ts';
import { plannedStart } from './schedule.ts';
import { plannedWaves } from './wave-fields.ts';
import type { WizardForm } from './state.ts';

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
  const routerIds = includedRouters(form).map(({ id }) => id);
  const waves = plannedWaves(form.waves, routerIds.length);
  if (!waves.ok) {
    changeForm(services, { problem: `These are no waves: ${waves.fault}.` });
    return;
  }
  const requestKeys = new Map(form.requestKeys);
  const asked = `${form.mode}\n${setOf(routerIds)}`;
  const idempotencyKey = requestKeys.get(asked) ?? randomUUID();
  requestKeys.set(asked, idempotencyKey);
  changeForm(services, { writing: true, problem: null, requestKeys });
  const reference = form.changeReference.value.trim();
  try {
    const outcome = await requestUpgrades(
      { scope: services.scope(), telemetry: context.telemetry, now: () => context.now() },
      services.actor(),
      {
        routerIds,
        imageIds: new Map([...imagesOf(form)].map(([routerId, { id }]) => [routerId, id])),
        schedule: start.choice,
        idempotencyKey,
        ...(reference === '' ? {} : { changeReference: reference }),
        ...(waves.plan === null ? {} : { plan: waves.plan }),
        ...(form.mode === 'dry-run' ? { dryRun: true } : {}),
        ...(form.downgrade ? { downgrade: true } : {}),
      },
    );
    showOutcome(services, form, outcome);
  } catch (error) {
    context.log.warn('console: a request was not carried out', { err: error });
    changeVisit(services, form.visit, () => ({ writing: false, problem: messageOf(error) }));
  }
}

/** Puts what was written in the wizard's place, on whatever screen the operator is by now. */
function showOutcome(
  services: ConsoleServices,
  form: WizardForm,
  { upgrades, dryRun, repeated }: RequestOutcome,
): void {
  const { navigation } = services;
  const [first] = upgrades;
  const what = dryRun ? 'dry-run' : 'upgrade';
  const it = upgrades.length === 1 ? 'it' : 'them';
  const next = dryRun ? `nobody has to approve ${it}` : `another operator has to approve ${it}`;
  const wasShown = closeVisit(services, form.visit);
  services.notify(
    'good',
    repeated
      ? `The first try had been written: ${plural(upgrades.length, what)} as confirmed then.`
      : `${plural(upgrades.length, what)} requested: ${next}.`,
  );
  if (!wasShown) return;
  const current = navigation.current();
  const isHere = current?.routeId === wizardRoute.id;
  const others = navigation.stack().filter((entry) => entry.routeId !== wizardRoute.id);
  if (!isHere) navigation.reset(others);
  else if (upgrades.length === 1 && first !== undefined) {
    navigation.replace(upgradeRoute.to({ upgradeId: first.upgradeId }));
  } else navigation.replace(upgradesRoute.to({}));
}
