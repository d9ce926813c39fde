import { cleanLine } from '../../../model/text.ts';
import type { Upgrade } from '../../../model/upgrade.ts';
import { approveUpgrade, cancelUpgrade, rejectUpgrade } from '../../../upgrades/decide.ts';
import type { DecisionServices } from '../../../upgrades/services.ts';
import { formatSchedule, formatStart } from '../../format/schedule.ts';
import type { ConsoleServices } from '../../services.ts';
import type { DialogLine } from '../../state/dialogs.ts';
import { zoneSlice } from '../../state/session.ts';

/** Approving takes two deliberate acts: the key, and the host name typed by hand. */
export function askApproval(services: ConsoleServices, upgrade: Upgrade): void {
  const hostname = cleanLine(upgrade.hostname);
  services.dialogs.open({
    title: `Approve upgrade ${upgrade.id}`,
    tone: 'warn',
    lines: [...summary(services, upgrade), '', `Type ${hostname} to approve.`],
    input: { label: 'host name', paste: false },
    confirm: {
      title: 'approve',
      disabledReason: ({ text }) => (text.trim() === hostname ? null : `This is not ${hostname}.`),
      async run() {
        const { status, hostname: name } = await approveUpgrade(
          decisionServices(services),
          services.actor(),
          upgrade.id,
        );
        services.notify(
          'good',
          `Upgrade ${upgrade.id} of ${cleanLine(name)} is ${status}. No worker is connected: it waits.`,
        );
      },
    },
  });
}

export function askRejection(services: ConsoleServices, upgrade: Upgrade): void {
  services.dialogs.open({
    title: `Reject upgrade ${upgrade.id}`,
    tone: 'warn',
    lines: [...summary(services, upgrade), '', 'The requester reads the reason.'],
    input: { label: 'reason' },
    confirm: {
      title: 'reject',
      disabledReason: ({ text }) => (text.trim() === '' ? 'A rejection needs a reason.' : null),
      async run({ text }) {
        await rejectUpgrade(decisionServices(services), services.actor(), upgrade.id, text);
        services.notify('good', `Upgrade ${upgrade.id} of ${cleanLine(upgrade.hostname)} is rejected.`);
      },
    },
  });
}

export function askCancellation(services: ConsoleServices, upgrade: Upgrade): void {
  services.dialogs.open({
    title: `Cancel upgrade ${upgrade.id}`,
    tone: 'warn',
    lines: summary(services, upgrade),
    input: { label: 'reason (may be empty)' },
    confirm: {
      title: 'cancel the upgrade',
      async run({ text }) {
        await cancelUpgrade(decisionServices(services), services.actor(), upgrade.id, text);
        services.notify('good', `Upgrade ${upgrade.id} of ${cleanLine(upgrade.hostname)} is cancelled.`);
      },
    },
  });
}

function summary({ store, context }: ConsoleServices, upgrade: Upgrade): readonly DialogLine[] {
  const zone = store.get(zoneSlice);
  const start = formatStart(upgrade.schedule, context.now().getTime());
  const gates = upgrade.verdict === 'approve' ? 'all gates passed' : `the gates said ${upgrade.verdict}`;
  return [
    `${cleanLine(upgrade.hostname)}${upgrade.site === null ? '' : ` at ${cleanLine(upgrade.site)}`}`,
    `from  ${cleanLine(upgrade.fromVersion)}`,
    `to    ${cleanLine(upgrade.toVersion)}`,
    `start ${formatSchedule(upgrade.schedule, zone, upgrade.timeZone)}${start === '' ? '' : ` (${start})`}`,
    `asked by ${cleanLine(upgrade.requestedBy)}; ${gates} then`,
  ];
}

function decisionServices(services: ConsoleServices): DecisionServices {
  return { scope: services.scope(), now: () => services.context.now() };
}
