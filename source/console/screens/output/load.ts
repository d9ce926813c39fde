import { UserError } from '../../../config/user-error.ts';
import type { Actor } from '../../../model/operator.ts';
import { redactSecrets } from '../../../model/redact.ts';
import { cleanLine, cleanText } from '../../../model/text.ts';
import type { StepName } from '../../../model/upgrade.ts';
import type { KeptText } from '../../../postgres/kept-texts.ts';
import { followOutput, listOutput, type OutputSeen } from '../../../postgres/upgrade-output.ts';
import { pause } from '../../pause.ts';
import type { ConsoleServices } from '../../services.ts';
import {
  isLive,
  type LoadedOutput,
  notRead,
  outputSlice,
  outputStepSlice,
  outputTopSlice,
  type StepText,
  stepToShow,
} from './state.ts';

interface Params {
  readonly upgradeId: string;
  readonly routerId: string;
}

/**
 * A worker keeps what a device prints every two seconds. It is asked for, and not told: to tell it would make every such write wait for all others,
 * a thousand a second where many upgrades run, for the few who look.
 */
const ASK_MS = { live: 1000, over: 5000 } as const;

/** Shows what the device prints until the signal aborts. Each step that is shown is audited once, however often it is read. */
export async function loadOutput(services: ConsoleServices, params: Params, signal: AbortSignal): Promise<void> {
  const { store, context } = services;
  const { upgradeId } = params;
  store.set(outputSlice, notRead(upgradeId));
  store.set<StepName | null>(outputStepSlice, null);
  store.set<number | null>(outputTopSlice, null);
  const reader = new OutputReader(services, services.actor(), params);
  let failing = false;
  while (!signal.aborted) {
    const chosen = store.get(outputStepSlice);
    try {
      const loaded = await readOnce(services, reader, upgradeId, chosen);
      if (signal.aborted) return;
      store.set(outputSlice, loaded);
      failing = false;
    } catch (error) {
      if (signal.aborted) return;
      if (!failing) context.log.warn(`console: the output of upgrade ${upgradeId} cannot be read`, { err: error });
      failing = true;
      store.update(outputSlice, (before) => ({ ...before, failed: true }));
    }
    await untilAskedAgain(
      services,
      chosen,
      isLive(store.get(outputSlice)) || failing ? ASK_MS.live : ASK_MS.over,
      signal,
    );
  }
}

async function readOnce(
  services: ConsoleServices,
  reader: OutputReader,
  upgradeId: string,
  chosen: StepName | null,
): Promise<LoadedOutput> {
  const steps = await listOutput(services.scope(), upgradeId);
  const loaded = { ...notRead(upgradeId), steps, readAt: services.context.now().getTime() };
  const shown = stepToShow(steps, chosen);
  if (shown === undefined) return loaded;
  try {
    return { ...loaded, text: await reader.read(shown) };
  } catch (error) {
    // A key that is not here, or a file of keys that cannot be used: the sentence says which.
    if (!(error instanceof UserError)) throw error;
    return { ...loaded, problem: cleanLine(error.message) };
  }
}

/** Waits for the time to ask again, or for another step to be chosen. */
async function untilAskedAgain(
  { store }: ConsoleServices,
  chosen: StepName | null,
  milliseconds: number,
  signal: AbortSignal,
): Promise<void> {
  const wake = new AbortController();
  const unsubscribe = store.subscribe(() => {
    if (store.get(outputStepSlice) !== chosen) wake.abort();
  });
  if (store.get(outputStepSlice) !== chosen) wake.abort();
  await pause(milliseconds, AbortSignal.any([signal, wake.signal]));
  unsubscribe();
}

/** Decrypts a step's output when there is more of it than before, and not otherwise. */
class OutputReader {
  readonly #services: ConsoleServices;
  readonly #actor: Actor;
  readonly #params: Params;
  readonly #followed = new Map<StepName, () => Promise<readonly KeptText[]>>();
  #last: StepText | null = null;

  constructor(services: ConsoleServices, actor: Actor, params: Params) {
    this.#services = services;
    this.#actor = actor;
    this.#params = params;
  }

  async read({ step, takenAt }: OutputSeen): Promise<StepText | null> {
    if (takenAt === null) return null;
    if (this.#last?.step === step && this.#last.takenAt.getTime() === takenAt.getTime()) return this.#last;
    const texts = await this.#follow(step)();
    this.#last = { step, takenAt, lines: linesOf(texts) };
    return this.#last;
  }

  #follow(step: StepName): () => Promise<readonly KeptText[]> {
    const known = this.#followed.get(step);
    if (known !== undefined) return known;
    const { context, scope } = this.#services;
    const reading = { ...this.#params, actor: this.#actor, revealed: false };
    const follow = followOutput(scope(), context.encryptionKeys(), step, reading);
    this.#followed.set(step, follow);
    return follow;
  }
}

function linesOf(texts: readonly KeptText[]): readonly string[] {
  return texts.flatMap(({ part, takenAt, text }) => [
    ...(texts.length === 1 ? [] : [`--- ${part.replace(' ', ', attempt ')}, until ${takenAt.toISOString()}`]),
    ...redactSecrets(cleanText(text)).split('\n'),
  ]);
}
