import { cleanLine } from '../../../model/text.ts';
import type { Upgrade } from '../../../model/upgrade.ts';
import { approveUpgrade, cancelUpgrade, rejectUpgrade } from '../../../upgrades/decide.ts';
import { whatBecomes } from '../../format/worker-words.ts';
import { workersSlice } from '../../loaders/workers.ts';
import type { ConsoleServices } from '../../services.ts';
import { becomes, decisionServices, hostnameConfirmation, summary, tell } from './decision-parts.ts';

/** Approving takes two deliberate acts: the key, and the host name typed by hand. */
export function askApproval(services: ConsoleServices, upgrade: Upgrade): void {
  const { line, input, disabledReason } = hostnameConfirmation(upgrade, 'approve');
  services.dialogs.open({
    title: `Approve upgrade ${upgrade.id}`,
    tone: 'warn',
    lines: [...summary(services, upgrade), ...becomes(services, upgrade), '', line],
    input,
    confirm: {
      title: 'approve',
      disabledReason,
      async run() {
        const decided = await approveUpgrade(decisionServices(services), services.actor(), upgrade.id);
        const { store, context } = services;
        const words = whatBecomes(store.get(workersSlice), upgrade.schedule, context.now().getTime());
        tell(services, decided, words === null ? '' : ` ${words.text}`);
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
        tell(services, await rejectUpgrade(decisionServices(services), services.actor(), upgrade.id, text));
      },
    },
  });
}

export function askCancellation(services: ConsoleServices, upgrade: Upgrade): void {
  const { hostname, id, status } = upgrade;
  const running = [
    '',
    `It runs: it is cancelled before its next step, with ${cleanLine(hostname)} as it is then. Once the device was told to go down, it is finished or taken back instead.`,
  ];
  services.dialogs.open({
    title: `Cancel upgrade ${id}`,
    tone: 'warn',
    lines: [...summary(services, upgrade), ...(status === 'running' ? running : [])],
    input: { label: 'reason (may be empty)' },
    confirm: {
      title: 'cancel the upgrade',
      async run({ text }) {
        tell(services, await cancelUpgrade(decisionServices(services), services.actor(), id, text));
      },
    },
  });
}
