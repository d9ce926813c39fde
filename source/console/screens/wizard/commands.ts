import type { Command } from '../../commands/command.ts';
import { listCommands } from '../../commands/list-commands.ts';
import { decidingSlice, stopDecidingCommand } from '../../loaders/deciding.ts';
import { workersSlice } from '../../loaders/workers.ts';
import type { ConsoleServices } from '../../services.ts';
import { zoneSlice } from '../../state/session.ts';
import { wizardRoute } from '../routes.ts';
import { changeForm, wizardSlice } from './drafts.ts';
import { decideForRecord } from './decide.ts';
import { askGates } from './load.ts';
import { whyNotNext } from './next.ts';
import { listInSight } from './pages.ts';
import { isJudged, modelGroups } from './plan.ts';
import { routerCommands } from './router-commands.ts';
import { fieldsOf } from './fields.ts';
import { PAGES, type WizardForm } from './state.ts';
import { submit } from './submit.ts';

const base = { category: 'Wizard', scope: [wizardRoute.id] } as const;
const formOf = ({ store }: ConsoleServices): WizardForm => store.get(wizardSlice);
const onPage =
  (...pages: readonly WizardForm['page'][]) =>
  (services: ConsoleServices): boolean =>
    pages.includes(formOf(services).page);

const onward = {
  ...base,
  keys: ['enter'],
  hint: 1,
  dangerous: true,
  requiredRole: 'operator',
  disabledReason: (services: ConsoleServices) =>
    whyNotNext(formOf(services), services.store.get(zoneSlice), services.context.now()),
} as const;

export const wizardCommands: readonly Command[] = [
  {
    ...onward,
    id: 'wizard.next',
    title: 'next',
    description: 'Next page',
    when: (services) => formOf(services).page !== 'confirm',
    run: goOn,
  },
  {
    ...onward,
    id: 'wizard.request',
    title: 'request',
    description: 'Write the request; another operator has to approve it, unless it is a dry-run',
    when: onPage('confirm'),
    run: submit,
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
  ...routerCommands,
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
  stopDecidingCommand('wizard', wizardRoute.id),
  {
    ...base,
    id: 'wizard.decide',
    title: 'decide',
    description:
      'Decide for the record, with the language model where one is configured: it is asked about those that the gates approve',
    keys: ['d'],
    hint: 6,
    when: (services) => onPage('gates')(services) && services.store.get(decidingSlice) === null,
    run: decideForRecord,
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
  ...listCommands({
    prefix: 'wizard',
    scope: base.scope,
    when: onPage('image', 'gates', 'review'),
    read: (services) =>
      listInSight(
        formOf(services),
        services.store.get(zoneSlice),
        services.context.now().getTime(),
        services.body(),
        services.store.get(workersSlice),
        services.store.get(decidingSlice),
      ),
    write: (services, { cursor }) =>
      changeForm(services, formOf(services).page === 'image' ? { cursor } : { scroll: cursor }),
  }),
];

function goOn(services: ConsoleServices): void {
  const form = formOf(services);
  const page = PAGES[PAGES.indexOf(form.page) + 1] ?? form.page;
  // What was seen is what is requested, also if a newer image is published meanwhile.
  const seen = modelGroups(form).flatMap(({ modelId, image }) =>
    image === null ? [] : [[modelId, image.id] as const],
  );
  const chosenImages = form.page === 'image' ? new Map([...form.chosenImages, ...seen]) : form.chosenImages;
  openPage(services, { page, chosenImages });
}

function goBack(services: ConsoleServices): void {
  const form = formOf(services);
  if (form.writing) {
    services.notify('warn', 'The request is being written; wait for its outcome.');
    return;
  }
  const before = PAGES[PAGES.indexOf(form.page) - 1];
  if (before === undefined) services.navigation.pop();
  else openPage(services, { page: before });
}

/** Judges afresh whenever the gates come into sight: what was right a quarter of an hour ago may not be. */
function openPage(services: ConsoleServices, change: Pick<WizardForm, 'page'> & Partial<WizardForm>): void {
  changeForm(services, { ...change, scroll: 0, problem: null, field: 'when' });
  if (change.page !== 'gates') return;
  const form = formOf(services);
  // Another image is another question: figures for the one before would only mislead.
  if (form.evidence !== null && !isJudged(form)) changeForm(services, { evidence: null });
  void askGates(services);
}

function turnField(services: ConsoleServices, by: number): void {
  const form = formOf(services);
  const fields = fieldsOf(form);
  const at = fields.findIndex((field) => field === form.field);
  changeForm(services, { field: fields[(at + by + fields.length) % fields.length] ?? 'when' });
}
