import { expect, test, vi } from 'vitest';
import { servicesForTest } from '../../test/support/console.ts';
import { createApplication } from './application.ts';
import { availability } from './commands/availability.ts';
import { createServices } from './create-services.ts';
import { consoleParts } from './screens/registry.ts';
import { consoleTables } from './screens/tables.ts';
import { createStore } from './state/store.ts';

test('a restricted console disables what leads out of it, and says so', () => {
  const { registry } = createApplication(consoleParts);
  const services = servicesForTest({ restricted: true });
  const found = registry.find('ctrl+z', 'fleet', services);
  expect(found?.availability).toEqual({
    kind: 'disabled',
    reason: 'This console is restricted: suspend would leave it.',
  });
  expect(registry.find('ctrl+z', 'fleet', servicesForTest())?.availability.kind).toBe('ready');
  const leaving = { id: 'x', title: 'export', keys: [], category: 'x', scope: 'global', leavesConsole: true } as const;
  expect(availability({ ...leaving, run: () => undefined }, services).kind).toBe('disabled');
});

test('it does not lend its terminal either, whoever asks for it', () => {
  const suspend = vi.fn<() => void>();
  const nothing = (): void => undefined;
  const host = {
    quit: nothing,
    end: nothing,
    redraw: nothing,
    restart: nothing,
    copy: nothing,
    screenText: () => '',
    suspend,
  };
  const { context } = servicesForTest({ restricted: true });
  createServices(context, createStore(), 0, host).suspend();
  expect(suspend).not.toHaveBeenCalled();
  createServices({ ...context, restricted: false }, createStore(), 0, host).suspend();
  expect(suspend).toHaveBeenCalledOnce();
});

test('it writes no file: neither what a table shows nor what the screen does', () => {
  const { registry } = createApplication(consoleParts);
  const services = servicesForTest({ restricted: true });
  const ids = [...consoleTables.map(({ handle }) => `${handle.id}.export`), 'console.dump'];
  const written = registry.all.filter(({ id }) => ids.includes(id));
  expect(written).toHaveLength(ids.length);
  for (const command of written) {
    expect(availability({ ...command, disabledReason: () => null }, services).kind).toBe('disabled');
  }
});
