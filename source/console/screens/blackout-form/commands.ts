import { cleanLine } from '../../../model/text.ts';
import { addBlackout } from '../../../postgres/blackouts.ts';
import { upgradesToBegin } from '../../../postgres/calendar.ts';
import type { Command } from '../../commands/command.ts';
import { messageOf } from '../../commands/run-command.ts';
import { plural } from '../../format/numbers.ts';
import { formatDay } from '../../format/times.ts';
import { formCommands } from '../../forms/form-commands.ts';
import { textOf } from '../../forms/form.ts';
import type { ConsoleServices } from '../../services.ts';
import { blackoutFormRoute } from '../routes.ts';
import { blackoutFormBinding, blackoutFormSlice, changeBlackoutForm, readBlackoutForm } from './state.ts';

const base = { category: 'Blackout', scope: [blackoutFormRoute.id] } as const;

export const blackoutFormCommands: readonly Command[] = [
  {
    ...base,
    id: 'blackout-form.add',
    title: 'add',
    description: 'See what the blackout would stop, and then add it or not',
    keys: ['enter'],
    hint: 1,
    dangerous: true,
    requiredRole: 'approver',
    run: askToAdd,
  },
  {
    ...base,
    id: 'blackout-form.leave',
    title: 'leave',
    description: 'Leave the form; nothing is added',
    keys: ['esc'],
    hint: 2,
    run: leave,
  },
  ...formCommands('blackout-form', base.scope, blackoutFormBinding),
];

async function askToAdd(services: ConsoleServices): Promise<void> {
  const { store, navigation, dialogs } = services;
  const state = store.get(blackoutFormSlice);
  const { blackout, faults } = readBlackoutForm(services, state);
  const [first] = faults.keys();
  if (blackout === null) {
    changeBlackoutForm(services, { tried: true, form: { ...state.form, field: first ?? state.form.field } });
    return;
  }
  const here = navigation.current();
  let held: number;
  try {
    held = await upgradesToBegin(services.scope(), blackout);
  } catch (error) {
    changeBlackoutForm(services, { problem: messageOf(error) });
    return;
  }
  if (navigation.current() !== here) return;
  const { site, from, to, reason } = blackout;
  const times = (at: Date): string => {
    const local = formatDay(at, 'site', state.zone);
    return state.zone === 'UTC' ? local : `${local} (${formatDay(at, 'utc', state.zone)})`;
  };
  dialogs.open({
    title: 'Add this blackout',
    tone: 'warn',
    lines: [
      site === null ? 'No upgrade begins anywhere in the organization' : `No upgrade begins at ${cleanLine(site)}`,
      `from ${times(from)}`,
      `to   ${times(to)}`,
      '',
      cleanLine(reason),
      '',
      held === 0
        ? 'No upgrade that waits has its start in it.'
        : `${plural(held, 'upgrade')} that ${held === 1 ? 'waits has its start' : 'wait have their start'} in it, and would be kept waiting.`,
      'One that runs goes on until before its activation, and is held there.',
    ],
    confirm: {
      title: 'add it',
      async run() {
        await addBlackout(services.scope(), services.actor(), blackout);
        services.notify('good', 'The blackout is added.');
        navigation.pop();
      },
    },
  });
}

function leave({ store, dialogs, navigation }: ConsoleServices): void {
  const { form } = store.get(blackoutFormSlice);
  if (textOf(form, 'reason') === '' && textOf(form, 'site') === '') {
    navigation.pop();
    return;
  }
  dialogs.open({
    title: 'Leave the form',
    tone: 'warn',
    lines: ['What you wrote is not saved.'],
    confirm: { title: 'leave', run: () => void navigation.pop() },
  });
}
