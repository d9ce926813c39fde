import { beforeAll, describe, expect, it } from 'vitest';
import { useOperatorConsoles } from '../../../test/support/operator-console.ts';
import { useDatabase } from '../../../test/support/postgres.ts';
import { writeSteady } from '../../../test/support/steady-telemetry.ts';
import { useUpgradeWorld } from '../../../test/support/upgrades.ts';
import { createApplication } from '../application.ts';
import { consoleParts } from '../screens/registry.ts';
import { tourPages } from './tour-pages.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);

beforeAll(async () => {
  await writeSteady(world().telemetry, world().seed.acme.id, ['ams-core-01'], { cpu: 91 });
});

/** Preferences that outlive a console. */
function remembered(): { readonly kept: Map<string, unknown>; readonly context: object } {
  const kept = new Map<string, unknown>();
  const preferences = {
    get: (key: string) => kept.get(key),
    set: (key: string, value: unknown) => void kept.set(key, value),
  };
  return { kept, context: { tour: true, preferences } };
}

describe('the tour', () => {
  it('is shown once, page by page, beside the fleet; :tour shows it again', async () => {
    const { kept, context } = remembered();
    const terminal = start({ columns: 80, rows: 24, context });
    await terminal.waitFor(/│ The fleet +tour 1 of 5 │/u);
    await terminal.waitFor('▌  ams-core-01');
    await terminal.press('enter', 'enter', 'enter', 'enter');
    await terminal.waitFor(/│ Every key +tour 5 of 5 │/u);
    await terminal.waitFor('↵ done');
    expect(terminal.screen().every((line) => line.length <= 80)).toBe(true);
    expect(kept.has('tourSeen')).toBe(false);
    await terminal.press('enter');
    await terminal.waitForGone('tour 5 of 5');
    expect(kept.get('tourSeen')).toBe(true);
    // Enter was the tour's.
    expect(terminal.text()).toContain('1 of 6');
    const again = start({ columns: 80, rows: 24, context });
    await again.waitFor('1 of 6');
    expect(again.text()).not.toContain('tour');
    await again.type(':tour\r');
    await again.waitFor('tour 1 of 5');
    await again.press('esc');
    await again.waitForGone('tour 1 of 5');
    expect(again.text()).toContain('1 of 6');
  });

  it('is in nobody’s way: a key leaves it and does what it does', async () => {
    const { kept, context } = remembered();
    const terminal = start({ context });
    await terminal.waitFor('tour 1 of 5');
    await terminal.waitFor('1 of 6');
    await terminal.press('j');
    await terminal.waitFor('2 of 6');
    expect(terminal.text()).not.toContain('tour');
    expect(kept.get('tourSeen')).toBe(true);
  });

  it('is not shown to who comes for one router, nor where nobody asks for it', async () => {
    const { context } = remembered();
    const terminal = start({ context: { ...context, openAt: { router: 'ams-core-01' } } });
    await terminal.waitFor('CPU, 2 h');
    expect(terminal.text()).not.toContain('tour');
  });
});

it('names keys that there are', () => {
  const { registry } = createApplication(consoleParts);
  for (const { text } of tourPages(registry)) expect(text).not.toMatch(/:[a-z]+\./u);
});
