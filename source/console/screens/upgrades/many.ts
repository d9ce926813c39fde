import {
  canApprove,
  canCancel,
  canPause,
  canReject,
  canResume,
  type Permission,
  type Who,
} from '../../../model/permissions.ts';
import type { Actor } from '../../../model/operator.ts';
import { cleanLine } from '../../../model/text.ts';
import type { Upgrade } from '../../../model/upgrade.ts';
import { approveUpgrade, cancelUpgrade, rejectUpgrade } from '../../../upgrades/decide.ts';
import type { DecisionOutcome } from '../../../upgrades/run-decision.ts';
import type { DecisionServices } from '../../../upgrades/services.ts';
import { pauseUpgrade, resumeUpgrade } from '../../../upgrades/steer.ts';
import type { Command } from '../../commands/command.ts';
import { formatCount, plural } from '../../format/numbers.ts';
import type { ConsoleServices } from '../../services.ts';
import { runMany } from '../approvals/run-many.ts';
import { decidingSlice } from '../approvals/state.ts';
import { decisionServices } from '../upgrade/decision-parts.ts';
import { markedUpgrades, upgradesMarksSlice } from './marks.ts';

type Decide = (rules: DecisionServices, actor: Actor, id: string, reason: string) => Promise<DecisionOutcome>;

interface ManyDecision {
  /** `Approving`. */
  readonly verb: string;
  readonly done: string;
  readonly may: (who: Who, upgrade: Upgrade) => Permission;
  readonly decide: Decide;
  /** Whether a reason is asked for, and may be empty. */
  readonly reason?: 'needed' | 'may be empty';
}

/** By the verb of the command. A retry is decided for each on its own: what a device runs then is for people to find out. */
const MANY: ReadonlyMap<string, ManyDecision> = new Map(
  Object.entries({
    approve: { verb: 'Approving', done: 'approved', may: canApprove, decide: approveUpgrade },
    reject: { verb: 'Rejecting', done: 'rejected', may: canReject, decide: rejectUpgrade, reason: 'needed' },
    cancel: { verb: 'Cancelling', done: 'cancelled', may: canCancel, decide: cancelUpgrade, reason: 'may be empty' },
    pause: { verb: 'Pausing', done: 'paused', may: canPause, decide: pauseUpgrade },
    resume: { verb: 'Resuming', done: 'resumed', may: canResume, decide: resumeUpgrade },
  } satisfies Record<string, ManyDecision>),
);

const BUSY = 'Decisions are being taken: wait, or stop them with X.';
/** Names that are told; of the others only how many they are. */
const MOST_NAMES = 8;

/** Has the decisions on one upgrade be those on the marked ones, where several are marked. */
export function forMarked(commands: readonly Command[]): readonly Command[] {
  return commands.map((command) => {
    const verb = command.id.replace(/^.*\./u, '');
    const many = MANY.get(verb);
    if (many === undefined) return command;
    return {
      ...command,
      description: `${command.description ?? command.title}; of several marked ones, all of them`,
      when(services) {
        const marked = severalMarked(services);
        if (marked === null) return command.when?.(services) ?? true;
        // Both have one key: it resumes where some are held and none runs.
        const has = (wanted: Upgrade['status']): boolean => marked.some(({ status }) => status === wanted);
        const resumes = has('paused') && !has('running');
        return verb === 'pause' ? !resumes : verb !== 'resume' || resumes;
      },
      disabledReason(services) {
        if (services.store.get(decidingSlice) !== null) return BUSY;
        const marked = severalMarked(services);
        if (marked === null) return command.disabledReason?.(services) ?? null;
        return whyNotAll(services, marked, many);
      },
      run(services) {
        const marked = severalMarked(services);
        if (marked === null) return command.run(services);
        return ask(services, command.title, many, marked);
      },
    };
  });
}

/** Stops taking decisions. Not on the key that cancels upgrades. */
export const stopManyCommand = (scope: readonly string[]): Command => ({
  id: 'upgrades.stop',
  title: 'stop',
  description: 'Take no further decision of those under way',
  keys: ['X'],
  category: 'Upgrade',
  scope,
  hint: 0,
  when: ({ store }) => store.get(decidingSlice) !== null,
  run: ({ store }) => store.get(decidingSlice)?.stop(),
});

function severalMarked(services: ConsoleServices): readonly Upgrade[] | null {
  const marked = markedUpgrades(services);
  return marked.length > 1 ? marked : null;
}

function whyNotAll(
  { context, membership }: ConsoleServices,
  marked: readonly Upgrade[],
  { may, done }: ManyDecision,
): string | null {
  const who = { operator: context.operator, role: membership().role };
  for (const upgrade of marked) {
    const allowed = may(who, upgrade);
    if (!allowed.allowed) return `Upgrade ${upgrade.id}, which is marked, cannot be ${done}: ${allowed.reason}.`;
  }
  return null;
}

function ask(services: ConsoleServices, title: string, many: ManyDecision, upgrades: readonly Upgrade[]): void {
  const { reason } = many;
  if (reason === undefined) {
    askNumber(services, title, many, upgrades, '');
    return;
  }
  services.dialogs.open({
    title: `${capital(title)} ${formatCount(upgrades.length)} upgrades: why?`,
    tone: 'warn',
    lines: [
      ...summary(upgrades),
      '',
      `All requesters read this reason${reason === 'needed' ? '' : '; it may be empty'}.`,
    ],
    input: { label: 'reason' },
    confirm: {
      title: 'go on',
      disabledReason: ({ text }) => (reason === 'needed' && text.trim() === '' ? 'It needs a reason.' : null),
      run: ({ text }) => askNumber(services, title, many, upgrades, text.trim()),
    },
  });
}

/** How many they are has to be typed by hand. */
function askNumber(
  services: ConsoleServices,
  title: string,
  { verb, done, decide }: ManyDecision,
  upgrades: readonly Upgrade[],
  reason: string,
): void {
  const { length } = upgrades;
  services.dialogs.open({
    title: `${capital(title)} ${formatCount(length)} upgrades`,
    tone: 'warn',
    lines: [
      ...summary(upgrades),
      ...(reason === '' ? [] : ['', `Reason: ${cleanLine(reason)}`]),
      '',
      'Each is decided on its own: what somebody else decides meanwhile is left as they decided it.',
      `Type ${length} to ${title} the upgrades of ${plural(length, 'router')}.`,
    ],
    input: { label: 'number', paste: false },
    confirm: {
      title: `${title} them`,
      disabledReason: ({ text }) => (text.trim() === String(length) ? null : `This is not ${length}.`),
      run() {
        const [rules, actor] = [decisionServices(services), services.actor()];
        runMany(services, { verb, done, marks: upgradesMarksSlice }, upgrades, (id) =>
          decide(rules, actor, id, reason),
        );
      },
    },
  });
}

function summary(upgrades: readonly Upgrade[]): readonly string[] {
  const names = upgrades.slice(0, MOST_NAMES).map(({ hostname }) => cleanLine(hostname));
  const more = upgrades.length - names.length;
  const sites = new Set(upgrades.map(({ site }) => site));
  const versions = [...new Set(upgrades.map(({ toVersion }) => cleanLine(toVersion)))];
  return [
    `${names.join(', ')}${more === 0 ? '' : ` and ${formatCount(more)} more`}`,
    `${plural(sites.size, 'site')}, to ${versions.slice(0, MOST_NAMES).join(', ')}${versions.length > MOST_NAMES ? ' …' : ''}`,
  ];
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
