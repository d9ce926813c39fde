import type { CommandRegistry } from '../commands/registry.ts';
import { keyLabel } from '../keys/key-label.ts';

export const TOUR_LENGTH = 5;

/** What the pages of the tour say, with the keys as they are bound now. */
export function tourPages(registry: CommandRegistry): readonly { readonly title: string; readonly text: string }[] {
  const key = (id: string): string => {
    const [first] = registry.byId(id)?.keys ?? [];
    return first === undefined ? `:${id}` : keyLabel(first);
  };
  return [
    {
      title: 'The fleet',
      text: `Every router: what it runs, how it is, and whether it may be upgraded. ${key('fleet.down')} and ${key('fleet.up')} move, ${key('fleet.filter')} filters as you type (site=ams cpu>80), ${key('fleet.sort')} sorts.`,
    },
    {
      title: 'One router, or several',
      text: `${key('fleet.open')} opens a router: health, policy, gates, history. ${key('fleet.mark')} marks routers; what you do then is about all marked ones. ${key('fleet.charts')} draws their charts.`,
    },
    {
      title: 'Upgrades',
      text: `${key('fleet.upgrade')} requests one: image, gates, time, waves, a dry-run first if you like. Nothing is changed before another operator has approved it: ${key('console.approvals')} shows what waits, ${key('console.upgrades')} how upgrades go on.`,
    },
    {
      title: 'What is wrong',
      text: `${key('console.triage')} shows the fleet at a glance: the busiest, the silent, upgrades in trouble; each line leads to its cause. ${key('console.back')} goes back up.`,
    },
    {
      title: 'Every key',
      text: `${key('console.help')} lists all that works on a screen, and why something does not. ${key('console.command')} writes a command, with completion. :tour shows this again.`,
    },
  ];
}
