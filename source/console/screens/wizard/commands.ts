import type { Command } from '../../commands/command.ts';
import type { ConsoleServices } from '../../services.ts';
import { zoneSlice } from '../../state/session.ts';
import { wizardRoute } from '../routes.ts';
import { imageChoices } from './image-lines.ts';
import { askGates } from './load.ts';
import { whyNotNext } from './next.ts';
import { blockedRouters, includedRouters, type Obstacle, obstaclesOf, questionOf } from './plan.ts';
import { changeForm, PAGES, type WizardForm, wizardSlice } from './state.ts';
import { submit } from './submit.ts';

const base = { category: 'Wizard', scope: [wizardRoute.id] } as const;
const formOf = ({ store }: ConsoleServices): WizardForm => store.get(wizardSlice);
const onPage =
  (...pages: readonly WizardForm['page'][]) =>
  (services: ConsoleServices): boolean =>
    pages.includes(formOf(services).page);

export const wizardCommands: readonly Command[] = [
  {
    ...base,
    id: 'wizard.next',
    title: 'next',
    description: 'Next page; on the last one, request the upgrade',
    keys: ['enter'],
    hint: 1,
    dangerous: true,
    requiredRole: 'operator',
    disabledReason: (services) => whyNotNext(formOf(services), services.store.get(zoneSlice), services.context.now()),
    run: goOn,
  },
  {
    ...base,
    id: 'wizard.back',
    title: 'back',
    description: 'Back a page; everything stays filled in',
    keys: ['esc'],
    hint: 2,
    run: goBack,
  },
  {
    ...base,
    id: 'wizard.choose',
    title: 'choose image',
    keys: ['space'],
    hint: 3,
    when: onPage('image'),
    run: chooseImage,
  },
  {
    ...base,
    id: 'wizard.leave-out',
    title: 'leave out',
    description: 'Leave out the routers that cannot be upgraded',
    keys: ['x'],
    hint: 4,
    when: (services) => includedRouters(formOf(services)).length > 1 && inTheWay(services).length > 0,
    run(services) {
      const out = inTheWay(services).map(({ router }) => router.id);
      changeForm(services, { leftOut: new Set([...formOf(services).leftOut, ...out]), cursor: 0, scroll: 0 });
      if (formOf(services).page === 'gates') askIfNeeded(services);
    },
  },
  {
    ...base,
    id: 'wizard.take-back',
    title: 'take back in',
    description: 'Take the routers that were left out back in',
    keys: ['X'],
    when: (services) => formOf(services).leftOut.size > 0 && onPage('image', 'gates')(services),
    run: (services) => {
      changeForm(services, { leftOut: new Set(), cursor: 0, scroll: 0 });
      if (formOf(services).page === 'gates') askIfNeeded(services);
    },
  },
  {
    ...base,
    id: 'wizard.again',
    title: 'judge again',
    description: 'Judge the gates by the newest readings',
    keys: ['r'],
    hint: 5,
    when: onPage('gates'),
    run: askGates,
  },
  {
    ...base,
    id: 'wizard.field',
    title: 'next field',
    keys: ['tab'],
    hint: 3,
    when: onPage('schedule'),
    run: (services) => turnField(services, 1),
  },
  {
    ...base,
    id: 'wizard.field-back',
    title: 'field before',
    keys: ['shift+tab'],
    when: onPage('schedule'),
    run: (services) => turnField(services, -1),
  },
  {
    ...base,
    id: 'wizard.down',
    title: 'down',
    keys: ['j', 'down'],
    when: onPage('image', 'gates', 'review'),
    run: (s) => move(s, 1),
  },
  {
    ...base,
    id: 'wizard.up',
    title: 'up',
    keys: ['k', 'up'],
    when: onPage('image', 'gates', 'review'),
    run: (s) => move(s, -1),
  },
];

/** On each page, what stands in the way of going on. */
function inTheWay(services: ConsoleServices): readonly Obstacle[] {
  const form = formOf(services);
  if (form.page === 'image') return obstaclesOf(form);
  return form.page === 'gates' ? blockedRouters(form) : [];
}

function goOn(services: ConsoleServices): void | Promise<void> {
  const form = formOf(services);
  if (form.page === 'confirm') return submit(services);
  const next = PAGES[PAGES.indexOf(form.page) + 1] ?? form.page;
  changeForm(services, { page: next, scroll: 0, problem: null, field: 'when' });
  if (next === 'gates') askIfNeeded(services);
  return undefined;
}

/** Fresh evidence whenever the page is opened: what was right a quarter of an hour ago may not be. */
function askIfNeeded(services: ConsoleServices): void {
  const form = formOf(services);
  if (form.evidence !== null && form.evidence.question !== questionOf(form)) changeForm(services, { evidence: null });
  void askGates(services);
}

function goBack(services: ConsoleServices): void {
  const form = formOf(services);
  if (form.writing) {
    services.notify('warn', 'The request is being written; wait for its outcome.');
    return;
  }
  const before = PAGES[PAGES.indexOf(form.page) - 1];
  if (before === undefined) services.navigation.pop();
  else changeForm(services, { page: before, scroll: 0, problem: null, field: 'when' });
}

function chooseImage(services: ConsoleServices): void {
  const form = formOf(services);
  const choice = imageChoices(form)[form.cursor];
  if (choice === undefined) return;
  changeForm(services, { chosenImages: new Map([...form.chosenImages, [choice.modelId, choice.image.id]]) });
}

function move(services: ConsoleServices, by: number): void {
  const form = formOf(services);
  if (form.page !== 'image') changeForm(services, { scroll: Math.max(0, form.scroll + by) });
  else {
    const last = Math.max(0, imageChoices(form).length - 1);
    changeForm(services, { cursor: Math.max(0, Math.min(last, form.cursor + by)) });
  }
}

function turnField(services: ConsoleServices, by: number): void {
  const form = formOf(services);
  const fields = form.when === 'at' ? (['when', 'at', 'change'] as const) : (['when', 'change'] as const);
  const at = fields.findIndex((field) => field === form.field);
  changeForm(services, { field: fields[(at + by + fields.length) % fields.length] ?? 'when' });
}
