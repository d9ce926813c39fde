import { randomUUID } from 'node:crypto';
import { addDays, type Day } from '../../../model/calendar.ts';
import type { Command } from '../../commands/command.ts';
import type { ConsoleServices } from '../../services.ts';
import { textState } from '../../state/text-state.ts';
import { blackoutFormRoute } from '../routes.ts';
import { zoneOfDays } from '../windows/state.ts';
import { blackoutFormSlice, newBlackoutForm } from './state.ts';

/** Adds a blackout from where a day is chosen; the form has that day, whole, in the zone of the calendar. */
export function addBlackoutCommand(
  prefix: string,
  routeId: string,
  hint: number,
  dayOf: (services: ConsoleServices) => Day,
): Command {
  return {
    id: `${prefix}.add`,
    title: 'add blackout',
    description: 'Add a blackout: a time in which no upgrade begins',
    keys: ['a'],
    category: 'Blackout',
    scope: [routeId],
    hint,
    dangerous: true,
    requiredRole: 'approver',
    run(services) {
      const [visit, day] = [randomUUID(), dayOf(services)];
      const form = newBlackoutForm(visit, zoneOfDays(services));
      const texts = {
        ...form.form.texts,
        from: textState(`${day} 00:00`),
        to: textState(`${addDays(day, 1)} 00:00`),
      };
      services.store.set(blackoutFormSlice, { ...form, form: { ...form.form, texts } });
      services.navigation.push(blackoutFormRoute.to({ visit }));
    },
  };
}
