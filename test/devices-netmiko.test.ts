import { expect, test } from 'vitest';
import { PLATFORMS } from '../source/model/platform.ts';
import { type NetmikoDevice, needsNetmiko, readByNetmiko } from './support/netmiko.ts';
import { DEVICES, simulate } from './support/simulated.ts';

test('netmiko finds prompts, turns paging off, and reads show version', { timeout: 120_000 }, async (context) => {
  needsNetmiko(context);
  const devices: NetmikoDevice[] = [];
  for (const platform of PLATFORMS) devices.push((await simulate(platform)).target);
  const answers = await readByNetmiko(devices);
  expect(answers.map(({ prompt }) => prompt)).toStrictEqual(['ams-edge-01#', 'netops@fra-core-01>', 'lon-leaf-01#']);
  for (const [at, platform] of PLATFORMS.entries()) {
    expect(answers[at]?.version).toContain(DEVICES[platform].version);
    expect(answers[at]?.version).not.toMatch(/more/iu);
  }
  expect(answers.map(({ parsed }) => parsed[0])).toMatchObject([
    {
      hostname: 'ams-edge-01',
      version: '17.9.4a',
      hardware: ['C8300-2N2S-4T2X'],
      serial: ['SIM0000001'],
      config_register: '0x2102',
    },
    { hostname: 'fra-core-01', junos_version: '22.4R3-S2', model: 'mx204' },
    { image: '4.31.2F', model: 'DCS-7280SR3-48YC8', serial_number: 'SIM0000001' },
  ]);
});
