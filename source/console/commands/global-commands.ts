import { zoneSlice } from '../state/session.ts';
import type { Command } from './command.ts';
import { dumpScreen } from './dump-screen.ts';
import { chooseOrganization } from './choose-organization.ts';

const global = { category: 'Console', scope: 'global' } as const;

/** What needs to know all commands. */
export interface GlobalActs {
  /** Shows what works on the current screen. */
  readonly openHelp: Command['run'];
  readonly openCommandLine: Command['run'];
}

/** What works on every screen. */
export const globalCommands = ({ openHelp, openCommandLine }: GlobalActs): readonly Command[] => [
  {
    ...global,
    id: 'console.back',
    title: 'back',
    description: 'Up one screen',
    keys: ['esc'],
    hint: 90,
    when: ({ navigation }) => navigation.stack().length > 1,
    run: ({ navigation }) => void navigation.pop(),
  },
  {
    ...global,
    id: 'console.command',
    title: 'command',
    description: 'Write a command: :routers site=ams, :router HOST, :upgrades, or the name of anything in this list',
    keys: [':'],
    hint: 89,
    run: openCommandLine,
  },
  {
    ...global,
    id: 'console.previous',
    title: 'previous screen',
    description: 'To the screen that was shown before this one',
    keys: ['[', 'alt+left'],
    disabledReason: ({ navigation }) => (navigation.canGo('back') ? null : 'There is no screen before this one.'),
    run: ({ navigation }) => void navigation.back(),
  },
  {
    ...global,
    id: 'console.next',
    title: 'next screen',
    description: 'To the screen that was left by [',
    keys: [']', 'alt+right'],
    disabledReason: ({ navigation }) => (navigation.canGo('forward') ? null : 'There is no screen after this one.'),
    run: ({ navigation }) => void navigation.forward(),
  },
  {
    ...global,
    id: 'console.zone',
    title: 'UTC/site time',
    description: 'Show times in UTC or in the zone of the site',
    keys: ['z'],
    run({ store, context }) {
      store.update(zoneSlice, (zone) => (zone === 'utc' ? 'site' : 'utc'));
      context.preferences.set('zone', store.get(zoneSlice));
    },
  },
  {
    ...global,
    id: 'console.organization',
    title: 'organization',
    description: 'Work in another organization',
    keys: ['O'],
    when: ({ context }) => context.memberships.length > 1,
    run: chooseOrganization,
  },
  { ...global, id: 'console.help', title: 'help', keys: ['?'], hint: 99, run: openHelp },
  {
    ...global,
    id: 'console.redraw',
    title: 'redraw',
    description: 'Draw the whole screen anew',
    keys: ['ctrl+l'],
    always: true,
    run: ({ redraw }) => redraw(),
  },
  {
    ...global,
    id: 'console.dump',
    title: 'dump',
    description: 'Write what is on the screen to a text file in the current folder',
    keys: ['ctrl+o'],
    always: true,
    leavesConsole: true,
    run: dumpScreen,
  },
  {
    ...global,
    id: 'console.suspend',
    title: 'suspend',
    description: 'Back to the shell; `fg` continues',
    keys: ['ctrl+z'],
    always: true,
    leavesConsole: true,
    when: () => process.platform !== 'win32',
    run: ({ suspend }) => suspend(),
  },
  { ...global, id: 'console.quit', title: 'quit', keys: ['q'], hint: 98, run: ({ quit }) => quit() },
  {
    ...global,
    id: 'console.quit-now',
    title: 'quit',
    description: 'Quit, wherever you are',
    keys: ['ctrl+c'],
    always: true,
    run: ({ quit }) => quit(),
  },
];
