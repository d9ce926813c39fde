import type { Advice } from '../../model/agent.ts';
import type { Decision } from '../../model/gate.ts';
import type { FirmwareImage } from '../../model/image.ts';
import type { Router } from '../../model/router.ts';

/** What an advisor is asked about: a decision for approval, by gates that all passed. */
export interface AdvisorQuestion {
  readonly router: Router;
  readonly image: FirmwareImage;
  readonly decision: Decision;
}

/**
 * Looks at a decision that the gates came to. Never rejects: what goes wrong is said in the advice, and the gates alone decide. Once the signal
 * aborts it waits no longer.
 */
export interface Advisor {
  readonly model: string;
  ask(question: AdvisorQuestion, signal?: AbortSignal): Promise<Advice>;
}
