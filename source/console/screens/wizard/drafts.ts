import type { ConsoleServices } from '../../services.ts';
import { defineSlice } from '../../state/slice.ts';
import { newForm, NO_FORM, type WizardForm } from './state.ts';

/** Forms that are kept for when their routers are chosen again. */
const MOST_DRAFTS = 20;

/** The form that is shown. */
export const wizardSlice = defineSlice<WizardForm>('wizard', () => NO_FORM);
/** Forms that were left, oldest first; until the console ends, or shows another organization. */
const draftsSlice = defineSlice<readonly WizardForm[]>('wizard.drafts', () => []);

/** Goes on with the form for these routers, in whatever order they were chosen, or begins a new one. */
export function openForm({ store }: ConsoleServices, routerIds: readonly string[]): void {
  const shown = store.get(wizardSlice);
  const wanted = setOf(routerIds);
  if (shown.visit !== '' && setOf(shown.routerIds) === wanted) return;
  const drafts = store.get(draftsSlice);
  const found = drafts.find((draft) => setOf(draft.routerIds) === wanted);
  const left = [...drafts.filter((draft) => draft !== found), ...(shown.visit === '' ? [] : [shown])];
  store.set(draftsSlice, left.slice(-MOST_DRAFTS));
  store.set(wizardSlice, found ?? newForm(routerIds));
}

/** Shows a form that was filled in for its routers, in the place of what was written for them before. */
export function openFilled({ store }: ConsoleServices, form: WizardForm): void {
  const wanted = setOf(form.routerIds);
  const shown = store.get(wizardSlice);
  const left = [...store.get(draftsSlice), ...(shown.visit === '' ? [] : [shown])];
  store.set(draftsSlice, left.filter((draft) => setOf(draft.routerIds) !== wanted).slice(-MOST_DRAFTS));
  store.set(wizardSlice, form);
}

/** Changes the form that is shown. */
export function changeForm({ store }: ConsoleServices, change: Partial<WizardForm>): void {
  store.update(wizardSlice, (form) => ({ ...form, ...change }));
}

/** Changes the form of a visit, wherever it is now: what was asked for it may be answered after the operator went elsewhere. */
export function changeVisit(
  { store }: ConsoleServices,
  visit: string,
  change: (form: WizardForm) => Partial<WizardForm>,
): void {
  const changed = (form: WizardForm): WizardForm => (form.visit === visit ? { ...form, ...change(form) } : form);
  store.update(wizardSlice, changed);
  if (store.get(draftsSlice).some((draft) => draft.visit === visit)) {
    store.update(draftsSlice, (drafts) => drafts.map(changed));
  }
}

/** Forgets the form of a visit: it has been carried out. Says if it was the one that is shown. */
export function closeVisit({ store }: ConsoleServices, visit: string): boolean {
  store.update(draftsSlice, (drafts) => drafts.filter((draft) => draft.visit !== visit));
  if (store.get(wizardSlice).visit !== visit) return false;
  store.set(wizardSlice, NO_FORM);
  return true;
}

/** Routers as one text, the same for the same routers in any order. */
export function setOf(routerIds: readonly string[]): string {
  return routerIds.toSorted().join('\n');
}
