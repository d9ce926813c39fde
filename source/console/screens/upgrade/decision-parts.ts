import { cleanLine } from '../../../model/text.ts';
import type { Upgrade } from '../../../model/upgrade.ts';
import type { DecisionOutcome } from '../../../upgrades/run-decision.ts';
import type { DecisionServices } from '../../../upgrades/services.ts';
import { formatSchedule, formatStart } from '../../format/schedule.ts';
import { whatBecomes } from '../../format/worker-words.ts';
import { workersSlice } from '../../loaders/workers.ts';
import type { ConsoleServices } from '../../services.ts';
import type { DialogAnswer, DialogLine, DialogSpec } from '../../state/dialogs.ts';
import { zoneSlice } from '../../state/session.ts';

/** What a decision is about, as its dialog says it. */
export function summary({ store, context }: ConsoleServices, upgrade: Upgrade): readonly DialogLine[] {
  const zone = store.get(zoneSlice);
  const start = upgrade.startedAt === null ? formatStart(upgrade.schedule, context.now().getTime()) : '';
  const gates = upgrade.verdict === 'approve' ? 'all gates passed' : `the gates said ${upgrade.verdict}`;
  return [
    `${cleanLine(upgrade.hostname)}${upgrade.site === null ? '' : ` at ${cleanLine(upgrade.site)}`}`,
    `from  ${cleanLine(upgrade.fromVersion)}`,
    `to    ${cleanLine(upgrade.toVersion)}`,
    `start ${formatSchedule(upgrade.schedule, zone, upgrade.timeZone)}${start === '' ? '' : ` (${start})`}`,
    `asked by ${cleanLine(upgrade.requestedBy)}; ${gates} then`,
  ];
}

/** What becomes of it once it may be carried out. */
export function becomes({ store, context }: ConsoleServices, { schedule }: Upgrade): readonly DialogLine[] {
  const words = whatBecomes(store.get(workersSlice), schedule, context.now().getTime());
  return words === null ? [] : [words];
}

/** The parts of a dialog that wants the host name typed by hand. */
export function hostnameConfirmation(
  upgrade: Upgrade,
  verb: string,
): {
  readonly line: string;
  readonly input: DialogSpec['input'] & object;
  readonly disabledReason: (answer: DialogAnswer) => string | null;
} {
  const hostname = cleanLine(upgrade.hostname);
  return {
    line: `Type ${hostname} to ${verb}.`,
    input: { label: 'host name', paste: false },
    disabledReason: ({ text }) => (text.trim() === hostname ? null : `This is not ${hostname}.`),
  };
}

const WORDS: Readonly<Record<DecisionOutcome['status'], string>> = {
  pending: 'waits for a second approver',
  approved: 'is approved',
  rejected: 'is rejected',
  cancelled: 'is cancelled',
  running: 'goes on',
  pausing: 'pauses before its next step',
  cancelling: 'is cancelled before its next step',
  rolling_back: 'is taken back before its next step',
};

/** Says what was decided. */
export function tell(services: ConsoleServices, { upgradeId, hostname, status }: DecisionOutcome, more = ''): void {
  services.notify('good', `Upgrade ${upgradeId} of ${cleanLine(hostname)} ${WORDS[status]}.${more}`);
}

export function decisionServices(services: ConsoleServices): DecisionServices {
  return { scope: services.scope(), now: () => services.context.now() };
}
