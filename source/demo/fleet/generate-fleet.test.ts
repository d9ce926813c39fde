import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseFleetJson } from '../../model/parse-fleet-json.ts';
import { generateFleet } from './generate-fleet.ts';

describe('generateFleet', () => {
  it('gives the same valid fleet for the same seed, and another for another', () => {
    const fleet = generateFleet({ routers: 2000, seed: 7, organizations: 3 });
    expect(parseFleetJson(JSON.stringify(fleet))).toMatchObject({ file: fleet, problems: [] });
    expect(generateFleet({ routers: 2000, seed: 7, organizations: 3 })).toEqual(fleet);
    expect(generateFleet({ routers: 2000, seed: 8, organizations: 3 })).not.toEqual(fleet);
  });

  it('gives exactly the number asked for, with host names and addresses of their own', () => {
    for (const organizations of [1, 2, 3]) {
      const { routers } = generateFleet({ routers: 5001, seed: 1, organizations });
      expect(routers).toHaveLength(5001);
      expect(new Set(routers.map((router) => router.managementAddress)).size).toBe(5001);
      expect(new Set(routers.map((router) => `${router.organization}/${router.hostname}`)).size).toBe(5001);
    }
  });

  it('is what the demo fixture holds', () => {
    const text = readFileSync(new URL('../../../fixtures/fleets/demo.json', import.meta.url), 'utf8');
    expect(parseFleetJson(text)).toMatchObject({
      file: generateFleet({ routers: 300, seed: 7, organizations: 3 }),
      problems: [],
    });
  });
});
