import type { Application } from '../application.ts';
import type { Dispatcher } from '../keys/dispatcher.ts';
import type { ConsoleServices } from '../services.ts';
import { activitySlice, lockSlice } from '../state/lock.ts';
import { noticeSlice } from '../state/notices.ts';
import { promptSlice } from '../state/prompt.ts';
import type { MouseEvent } from './decode-mouse.ts';
import { hitAt } from './tables-in-sight.ts';

/** Rows that a notch of the wheel goes. */
const NOTCH = 3;

/**
 * Does what the mouse asks for, by the same commands as the keys do: the wheel moves up and down, a click goes to a row or sorts by a column. It
 * never confirms anything, and does nothing while a line is written.
 */
export function mouseActions(
  application: Application,
  services: ConsoleServices,
  dispatcher: Dispatcher,
): (event: MouseEvent) => void {
  const { store, dialogs, navigation } = services;
  const move = (verb: 'down' | 'up', times: number): void => {
    const routeId = navigation.current()?.routeId ?? '';
    const found = application.registry
      .on(routeId, services)
      .find(({ command }) => command.scope !== 'global' && command.id.endsWith(`.${verb}`));
    if (found === undefined) return;
    for (let count = 0; count < times; count += 1) application.run(found, services);
  };
  return (event) => {
    if (store.get(lockSlice) !== null) return;
    store.get(activitySlice).at = performance.now();
    if (store.get(promptSlice) !== null) return;
    if (dialogs.front() !== undefined) {
      if (event.kind === 'wheel') dispatcher.press({ name: event.by > 0 ? 'down' : 'up', text: '' });
      return;
    }
    store.set(noticeSlice, null);
    if (event.kind === 'wheel') {
      move(event.by > 0 ? 'down' : 'up', NOTCH);
      return;
    }
    const hit = hitAt(store, event.column, event.row);
    const entry = navigation.current();
    if (hit === null || entry === undefined) return;
    if (hit.kind === 'title') application.sortBy?.(services, entry.routeId, hit.columnId);
    else move(hit.below > 0 ? 'down' : 'up', Math.abs(hit.below));
  };
}
