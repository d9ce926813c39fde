import { gatherEvidence } from '../../../agent/gather-evidence.ts';
import { cleanLine } from '../../../model/text.ts';
import { imagesForModel } from '../../../postgres/images.ts';
import { getPolicies } from '../../../postgres/policies.ts';
import { getRouters } from '../../../postgres/routers.ts';
import { messageOf } from '../../commands/run-command.ts';
import { keepFresh } from '../../loaders/keep-fresh.ts';
import type { ConsoleServices } from '../../services.ts';
import { imagesOf, questionOf } from './plan.ts';
import { changeForm, openForm, wizardSlice } from './state.ts';

/** Keeps what the inventory says of the routers fresh while the wizard is open: somebody else may act on them meanwhile. */
export async function loadWizard(
  services: ConsoleServices,
  routerIds: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  openForm(services, routerIds);
  const tables = ['routers', 'upgrades', 'upgrade_policies'] as const;
  await keepFresh(services, 'the routers of the wizard', tables, signal, async () => {
    const scope = services.scope();
    const routers = await getRouters(scope, routerIds);
    const modelIds = [...new Set(routers.flatMap(({ modelId }) => modelId ?? []))];
    const policyIds = [...new Set(routers.flatMap(({ policyId }) => policyId ?? []))];
    const [policies, images] = await Promise.all([
      getPolicies(scope, policyIds),
      Promise.all(modelIds.map(async (id) => [id, await imagesForModel(scope, id)] as const)),
    ]);
    if (!signal.aborted) changeForm(services, { data: { routers, policies, images: new Map(images) } });
  });
}

/** Judges the included routers by fresh readings. What comes too late, for choices that were changed meanwhile, is dropped. */
export async function askGates(services: ConsoleServices): Promise<void> {
  const { store, context } = services;
  const form = store.get(wizardSlice);
  const question = questionOf(form);
  const { idempotencyKey } = form;
  if (form.asking === question || question === '') return;
  changeForm(services, { asking: question, problem: null });
  const current = (): boolean =>
    store.get(wizardSlice).asking === question && store.get(wizardSlice).idempotencyKey === idempotencyKey;
  try {
    const now = context.now();
    const requests = [...imagesOf(form)].map(([routerId, image]) => ({ routerId, imageId: image.id }));
    const decisions = await gatherEvidence(services.scope(), context.telemetry, requests, now);
    if (current()) changeForm(services, { evidence: { decisions, at: now.getTime(), question }, asking: null });
  } catch (error) {
    context.log.warn('console: the gates cannot be judged', { err: error });
    if (current())
      changeForm(services, { asking: null, problem: `The gates cannot be judged: ${cleanLine(messageOf(error))}` });
  }
}
