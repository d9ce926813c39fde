import type { Command } from '../../commands/command.ts';
import type { ConsoleServices } from '../../services.ts';
import { wizardRoute } from '../routes.ts';
import { changeForm, wizardSlice } from './drafts.ts';
import { type ImageItem, imageItems } from './image-lines.ts';
import { askGates } from './load.ts';
import { blockedRouters, isJudged, type Obstacle, obstaclesOf } from './plan.ts';
import type { WizardForm } from './state.ts';

const base = { category: 'Wizard', scope: [wizardRoute.id] } as const;
const formOf = ({ store }: ConsoleServices): WizardForm => store.get(wizardSlice);
const isMany = (services: ConsoleServices): boolean => (formOf(services).data?.routers.length ?? 0) > 1;

/** Choosing images, leaving routers out, and taking them back in. */
export const routerCommands: readonly Command[] = [
  {
    ...base,
    id: 'wizard.choose',
    title: 'choose image',
    keys: ['space'],
    hint: 3,
    when: (services) => currentItem(services)?.kind === 'image',
    run(services) {
      const item = currentItem(services);
      if (item?.kind !== 'image') return;
      const { chosenImages } = formOf(services);
      changeForm(services, { chosenImages: new Map([...chosenImages, [item.modelId, item.image.id]]) });
    },
  },
  {
    ...base,
    id: 'wizard.in-or-out',
    title: 'in or out',
    description: 'Leave out the router under the cursor, or take it back in',
    keys: ['space'],
    hint: 3,
    when: (services) => isMany(services) && ['obstacle', 'left-out'].includes(currentItem(services)?.kind ?? ''),
    run(services) {
      const item = currentItem(services);
      if (item === undefined || item.kind === 'image') return;
      const leftOut = new Set(formOf(services).leftOut);
      if (!leftOut.delete(item.router.id)) leftOut.add(item.router.id);
      leaveOut(services, leftOut);
    },
  },
  {
    ...base,
    id: 'wizard.leave-out',
    title: 'leave out',
    description: 'Leave out the routers that cannot be upgraded',
    keys: ['x'],
    hint: 4,
    when: (services) => isMany(services) && inTheWay(services).length > 0,
    run(services) {
      const out = inTheWay(services).map(({ router }) => router.id);
      leaveOut(services, new Set([...formOf(services).leftOut, ...out]));
      changeForm(services, { cursor: 0, scroll: 0 });
    },
  },
  {
    ...base,
    id: 'wizard.take-back',
    title: 'take back in',
    description: 'Take the routers that were left out back in',
    keys: ['X'],
    when: (services) => formOf(services).leftOut.size > 0 && ['image', 'gates'].includes(formOf(services).page),
    run(services) {
      leaveOut(services, new Set());
      changeForm(services, { cursor: 0, scroll: 0 });
    },
  },
];

function currentItem(services: ConsoleServices): ImageItem | undefined {
  const form = formOf(services);
  if (form.page !== 'image') return undefined;
  const items = imageItems(form);
  return items[Math.min(form.cursor, items.length - 1)];
}

/** On each page, what stands in the way of going on. */
function inTheWay(services: ConsoleServices): readonly Obstacle[] {
  const form = formOf(services);
  if (form.page === 'image') return obstaclesOf(form);
  return form.page === 'gates' ? blockedRouters(form) : [];
}

function leaveOut(services: ConsoleServices, leftOut: ReadonlySet<string>): void {
  changeForm(services, { leftOut, problem: null });
  if (formOf(services).page === 'gates' && !isJudged(formOf(services))) void askGates(services);
}
