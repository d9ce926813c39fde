import type { Application } from '../application.ts';
import type { ConsoleServices } from '../services.ts';
import { pressInTour } from '../tour/tour-keys.ts';
import { lockSlice } from '../state/lock.ts';
import { lastPressSlice } from '../state/last-press.ts';
import { noticeSlice } from '../state/notices.ts';
import { dialogTarget, pressInDialog } from './dialog-keys.ts';
import { promptTarget } from './prompt-keys.ts';
import type { KeyPress, KeyTarget } from './key-press.ts';
import { pressWhileLocked } from './locked-keys.ts';

/** Where every key press and every paste goes first. All it asks is the state, so keys that arrive together act one upon the other. */
export interface Dispatcher {
  press(key: KeyPress): void;
  /** A paste goes into the field that is written in, if it takes one; it is never read as keys. */
  paste(text: string): void;
}

export function createDispatcher(application: Application, services: ConsoleServices): Dispatcher {
  const { run } = application;
  const { navigation, dialogs, store } = services;

  const focused = (): KeyTarget | null => {
    const front = dialogs.front();
    if (front !== undefined) return dialogTarget(front, services);
    const prompt = promptTarget(services);
    if (prompt !== null) return prompt;
    const entry = navigation.current();
    return entry === undefined ? null : (application.screenOf(entry)?.focus(services, entry) ?? null);
  };

  return {
    press(key) {
      if (pressWhileLocked(key, services) || pressInTour(key, services)) return;
      const found = application.registry.find(key.name, navigation.current()?.routeId ?? '', services);
      store.set(noticeSlice, null);
      store.set(lastPressSlice, {
        key: key.name,
        screen: navigation.current()?.routeId ?? '',
        dialog: dialogs.front()?.spec.title ?? null,
        at: services.context.now(),
      });
      if (found?.command.always === true) {
        run(found, services);
        return;
      }
      const front = dialogs.front();
      if (front !== undefined) {
        pressInDialog(key, front, services);
        return;
      }
      const target = focused();
      if (target?.press(key) === true || (target?.takesText === true && key.text !== '')) return;
      if (found !== null) run(found, services);
    },
    paste(text) {
      if (store.get(lockSlice) !== null) return;
      const target = focused();
      if (target?.paste === undefined) services.notify('warn', 'Nothing here takes a paste.');
      else target.paste(text);
    },
  };
}
