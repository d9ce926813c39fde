import { openCommandLine } from './command-line/command-line.ts';
import type { Word } from './command-line/word.ts';
import { globalCommands } from './commands/global-commands.ts';
import { helpDialog } from './commands/help.ts';
import { type OwnKeys, withOwnKeys } from './commands/own-keys.ts';
import { createRegistry, type CommandRegistry } from './commands/registry.ts';
import { createRunner, type RunCommand } from './commands/run-command.ts';
import type { ConsoleServices } from './services.ts';
import type { Screen } from './screen.ts';
import { cursorWord } from './theme/cursor-word.ts';
import { tourWord } from './tour/tour-word.ts';
import { screenReaderWord } from './speech/screen-reader-word.ts';
import { mouseWord } from './mouse/mouse-word.ts';
import { themeWord } from './theme/theme-word.ts';
import type { ScreenEntry } from './state/route.ts';

/** Fills the state for as long as the console shows an organization, whatever the screen. */
export interface Loader {
  readonly id: string;
  /** It has something to write when the console ends, which waits for it, two seconds at most. */
  readonly farewell?: boolean;
  /** Runs until the signal aborts. What it throws is shown and logged; it is not started again. */
  start(services: ConsoleServices, signal: AbortSignal): void | Promise<void>;
}

/** The parts that make a console. */
export interface ApplicationParts {
  readonly screens: readonly Screen[];
  readonly loaders: readonly Loader[];
  /** Words of the command line that take operands. */
  readonly words?: readonly Word[];
  /** Sorts the table of a screen by a column, as a click on its title does; nothing where it cannot be sorted by. */
  readonly sortBy?: (services: ConsoleServices, routeId: string, columnId: string) => void;
  /** The stack to start on, also after a switch of organization. Never empty. */
  start(services: ConsoleServices): readonly ScreenEntry[];
}

export interface Application extends ApplicationParts {
  readonly registry: CommandRegistry;
  readonly run: RunCommand;
  /** Gives commands other keys. Returns a sentence for each wish that could not be granted. */
  readonly setKeys: (wanted: OwnKeys) => readonly string[];
  screenOf(entry: ScreenEntry | undefined): Screen | undefined;
}

/** @throws Error if commands conflict. */
export function createApplication(parts: ApplicationParts): Application {
  const screens = new Map(parts.screens.map((screen) => [screen.routeId, screen]));
  const words = [...(parts.words ?? []), themeWord, cursorWord, mouseWord, screenReaderWord, tourWord];
  const run = createRunner();
  const defaults = [
    ...parts.screens.flatMap(({ commands }) => commands),
    ...globalCommands({
      openHelp(services) {
        const here = services.navigation.current();
        if (here !== undefined)
          services.dialogs.open(helpDialog(here.title, registry.on(here.routeId, services), words));
      },
      openCommandLine: (services) => openCommandLine(services, { words, registry, run }),
    }),
  ];
  let current = createRegistry(defaults);
  const registry: CommandRegistry = {
    get all() {
      return current.all;
    },
    byId: (id) => current.byId(id),
    on: (routeId, services) => current.on(routeId, services),
    find: (key, routeId, services) => current.find(key, routeId, services),
  };
  const setKeys = (wanted: OwnKeys): readonly string[] => {
    const { commands, faults } = withOwnKeys(defaults, wanted);
    current = createRegistry(commands);
    return faults;
  };
  return {
    ...parts,
    registry,
    run,
    setKeys,
    screenOf: (entry) => (entry === undefined ? undefined : screens.get(entry.routeId)),
  };
}
