import type { Command } from '../../commands/command.ts';
import type { ConsoleServices } from '../../services.ts';
import type { StepName } from '../../../model/upgrade.ts';
import { outputRoute } from '../routes.ts';
import { outputScroll, scrollTo } from './scroll.ts';
import { outputSlice, outputStepSlice, outputTopSlice, stepsWithOutput } from './state.ts';

const scope = [outputRoute.id];
const page = (services: ConsoleServices): number => outputScroll(services).room - 1;

const move = (
  verb: string,
  keys: readonly string[],
  description: string,
  by: (services: ConsoleServices) => number,
): Command => ({
  id: `output.${verb}`,
  title: verb.replace('-', ' '),
  description,
  keys,
  category: 'Move',
  scope,
  run: (services) => scrollTo(services, outputScroll(services).top + by(services)),
});

export const outputCommands: readonly Command[] = [
  move('down', ['j', 'down'], 'A line down', () => 1),
  move('up', ['k', 'up'], 'A line up', () => -1),
  move('page-down', ['pgdn', 'ctrl+f'], 'A page down', page),
  move('page-up', ['pgup', 'ctrl+b'], 'A page up', (services) => -page(services)),
  move('first', ['g', 'home'], 'The first line that is kept', () => -Infinity),
  {
    id: 'output.follow',
    title: 'follow',
    description: 'The end, and what comes after it, from step to step',
    keys: ['G', 'end'],
    category: 'Move',
    scope,
    hint: 3,
    run({ store }) {
      store.set<StepName | null>(outputStepSlice, null);
      store.set<number | null>(outputTopSlice, null);
    },
  },
  {
    id: 'output.next-step',
    title: 'next step',
    description: 'What the device printed in the next step that something is kept of',
    keys: ['right', 'l', 'tab'],
    category: 'Show',
    scope,
    hint: 2,
    when: severalSteps,
    run: (services) => turnStep(services, 1),
  },
  {
    id: 'output.previous-step',
    title: 'step before',
    description: 'What it printed in the step before',
    keys: ['left', 'h', 'shift+tab'],
    category: 'Show',
    scope,
    hint: 1,
    when: severalSteps,
    run: (services) => turnStep(services, -1),
  },
];

function severalSteps({ store }: ConsoleServices): boolean {
  return stepsWithOutput(store.get(outputSlice)).length > 1;
}

/** The step before or after the one that is shown or was chosen. Its end is shown first, since that is where it went well or not. */
function turnStep({ store }: ConsoleServices, by: number): void {
  const loaded = store.get(outputSlice);
  const steps = stepsWithOutput(loaded).map(({ step }) => step);
  const shown = store.get(outputStepSlice) ?? loaded.text?.step;
  const next = steps[steps.findIndex((step) => step === shown) + by];
  if (next === undefined) return;
  store.set<StepName | null>(outputStepSlice, next);
  store.set<number | null>(outputTopSlice, null);
}
