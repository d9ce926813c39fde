import { failingGates } from '../../../model/gate.ts';
import { cleanLine } from '../../../model/text.ts';
import type { PendingUpgrade } from '../../../postgres/approval-inbox.ts';
import { approveUpgrade, rejectUpgrade } from '../../../upgrades/decide.ts';
import { formatCount, plural } from '../../format/numbers.ts';
import type { ConsoleServices } from '../../services.ts';
import type { DialogAnswer, DialogLine } from '../../state/dialogs.ts';
import { decisionServices } from '../upgrade/decision-parts.ts';
import { runMany } from './run-many.ts';
import { inboxMarksSlice } from './state.ts';

/** Names that are told; of the others only how many they are. */
const MOST_NAMES = 8;

/** Approving many takes the key, and how many they are typed by hand. */
export function askToApproveMany(services: ConsoleServices, upgrades: readonly PendingUpgrade[]): void {
  const { length } = upgrades;
  const rules = decisionServices(services);
  services.dialogs.open({
    title: `Approve ${formatCount(length)} upgrades`,
    tone: 'warn',
    lines: [
      ...summary(upgrades),
      '',
      'Each is approved on its own: what somebody else decides meanwhile is left as they decided it.',
      `Type ${length} to approve the upgrades of ${plural(length, 'router')}.`,
    ],
    input: { label: 'number', paste: false },
    confirm: {
      title: 'approve them',
      disabledReason: ({ text }: DialogAnswer) => (text.trim() === String(length) ? null : `This is not ${length}.`),
      run() {
        const actor = services.actor();
        runMany(services, { verb: 'Approving', done: 'approved', marks: inboxMarksSlice }, upgrades, (id) =>
          approveUpgrade(rules, actor, id),
        );
      },
    },
  });
}

export function askToRejectMany(services: ConsoleServices, upgrades: readonly PendingUpgrade[]): void {
  const { length } = upgrades;
  const rules = decisionServices(services);
  services.dialogs.open({
    title: `Reject ${formatCount(length)} upgrades: why?`,
    tone: 'warn',
    lines: [...summary(upgrades), '', 'All requesters read this reason.'],
    input: { label: 'reason' },
    confirm: {
      title: 'go on',
      disabledReason: ({ text }) => (text.trim() === '' ? 'A rejection needs a reason.' : null),
      run({ text }) {
        services.dialogs.open({
          title: `Reject ${formatCount(length)} upgrades`,
          tone: 'warn',
          lines: [
            `Reason: ${cleanLine(text)}`,
            '',
            `Type ${length} to reject the upgrades of ${plural(length, 'router')}.`,
          ],
          input: { label: 'number', paste: false },
          confirm: {
            title: 'reject them',
            disabledReason: (answer) => (answer.text.trim() === String(length) ? null : `This is not ${length}.`),
            run() {
              const actor = services.actor();
              runMany(services, { verb: 'Rejecting', done: 'rejected', marks: inboxMarksSlice }, upgrades, (id) =>
                rejectUpgrade(rules, actor, id, text),
              );
            },
          },
        });
      },
    },
  });
}

/** Which routers, where, to what, and how many of them the gates spoke against. */
function summary(upgrades: readonly PendingUpgrade[]): readonly DialogLine[] {
  const names = upgrades.slice(0, MOST_NAMES).map(({ hostname }) => cleanLine(hostname));
  const more = upgrades.length - names.length;
  const sites = new Set(upgrades.map(({ site }) => site));
  const versions = [...new Set(upgrades.map(({ toVersion }) => cleanLine(toVersion)))];
  const blocked = upgrades.filter(({ gates }) => gates.length === 0 || failingGates(gates).length > 0).length;
  const unnamed = upgrades.filter(({ changeReference }) => changeReference === null).length;
  return [
    `${names.join(', ')}${more === 0 ? '' : ` and ${formatCount(more)} more`}`,
    `${plural(sites.size, 'site')}, to ${versions.slice(0, MOST_NAMES).join(', ')}${versions.length > MOST_NAMES ? ' …' : ''}`,
    blocked === 0
      ? { tone: 'good', text: 'All gates passed when they were asked for.' }
      : { tone: 'bad', text: `Gates did not pass for ${formatCount(blocked)} of them when they were asked for.` },
    ...(unnamed === 0 ? [] : [`${formatCount(unnamed)} without a change reference.`]),
  ];
}
