import { directSource } from '../../../agent/direct-source.ts';
import { gatherEvidence } from '../../../agent/gather-evidence.ts';
import { imagesForModel } from '../../../postgres/images.ts';
import { readApprovalRules } from '../../../postgres/approval-rules.ts';
import { newestDecision } from '../../../postgres/newest-decision.ts';
import { getPolicies } from '../../../postgres/policies.ts';
import { getRouters } from '../../../postgres/routers.ts';
import { readLimits } from '../../../postgres/upgrade-limits.ts';
import { messageOf } from '../../commands/run-command.ts';
import { keepFresh } from '../../loaders/keep-fresh.ts';
import type { ConsoleServices } from '../../services.ts';
import { imagesOf, questionOf } from './plan.ts';
import type { WizardData, WizardForm } from './state.ts';
import { changeForm, changeVisit, openForm, wizardSlice } from './drafts.ts';

/** Keeps what the inventory says of the routers fresh while the wizard is open: somebody else may act on them meanwhile. */
export async function loadWizard(
  services: ConsoleServices,
  routerIds: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  openForm(services, routerIds);
  const { visit } = services.store.get(wizardSlice);
  const tables = ['routers', 'upgrades', 'upgrade_policies'] as const;
  await keepFresh(services, 'the routers of the wizard', tables, signal, async () => {
    try {
      const data = await readData(services, routerIds);
      if (signal.aborted) return;
      changeVisit(services, visit, () => ({ data, unread: false }));
      // A form that was filled in for the operator begins here, where nothing was judged yet.
      const { page, evidence } = services.store.get(wizardSlice);
      if (page === 'gates' && evidence === null) void askGates(services);
    } catch (error) {
      if (!signal.aborted) changeVisit(services, visit, () => ({ unread: true }));
      throw error;
    }
  });
}

async function readData(services: ConsoleServices, routerIds: readonly string[]): Promise<WizardData> {
  const scope = services.scope();
  const routers = await getRouters(scope, routerIds);
  const modelIds = [...new Set(routers.flatMap(({ modelId }) => modelId ?? []))];
  const policyIds = [...new Set(routers.flatMap(({ policyId }) => policyId ?? []))];
  const [policies, images, { referenceRequired }, limits] = await Promise.all([
    getPolicies(scope, policyIds),
    Promise.all(modelIds.map(async (id) => [id, await imagesForModel(scope, id)] as const)),
    readApprovalRules(scope.sql),
    readLimits(scope),
  ]);
  return { routers, policies, images: new Map(images), referenceRequired, limits };
}

/** Judges the included routers by fresh readings. What comes too late, for choices that were changed meanwhile, is dropped. */
export async function askGates(services: ConsoleServices): Promise<void> {
  const { store, context } = services;
  const form = store.get(wizardSlice);
  const question = questionOf(form);
  if (form.asking === question || question === '') return;
  changeForm(services, { asking: question, problem: null });
  const answer = (change: Partial<WizardForm>): void =>
    changeVisit(services, form.visit, ({ asking }) => (asking === question ? { ...change, asking: null } : {}));
  try {
    const now = context.now();
    const images = new Map([...imagesOf(form)].map(([routerId, { id }]) => [routerId, id]));
    const requests = [...images].map(([routerId, imageId]) => ({ routerId, imageId }));
    // The start is chosen afterwards, so what belongs to it is judged when the upgrade is requested.
    const scope = services.scope();
    const [only] = requests;
    const [decisions, made] = await Promise.all([
      gatherEvidence(directSource(scope, context.telemetry), requests, {
        now,
        byPerson: true,
        downgrade: form.downgrade,
      }),
      only === undefined || requests.length > 1 ? null : newestDecision(scope, only.routerId),
    ]);
    answer({ evidence: { decisions, at: now.getTime(), images, advice: new Map(), made } });
  } catch (error) {
    context.log.warn('console: the gates cannot be judged', { err: error });
    answer({ problem: `The gates cannot be judged: ${messageOf(error)}` });
  }
}
