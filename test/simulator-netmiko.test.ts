import { expect, test } from 'vitest';
import { simulateUpgradable } from './support/simulated-upgrade.ts';
import { needsNetmiko, type NetmikoDevice, readByNetmiko } from './support/netmiko.ts';

const COMMANDS = {
  'ios-xe': [
    'dir flash:',
    'show boot',
    'show clock',
    'show redundancy',
    'show ip interface brief',
    'show ip bgp summary',
    'show ip route summary',
  ],
  junos: ['show system uptime', 'show chassis hardware', 'show route summary'],
  eos: [
    'dir flash:',
    'show boot-config',
    'show clock',
    'show mlag',
    'show reload cause',
    'show interfaces status',
    'show ip interface brief',
    'show ip bgp summary',
  ],
} as const;

test('what devices print is read by the templates of others as it was meant', { timeout: 120_000 }, async (context) => {
  needsNetmiko(context);
  const iosXe = await simulateUpgradable('ios-xe', { model: 'C9300-48T', members: 2 });
  const junos = await simulateUpgradable('junos');
  const eos = await simulateUpgradable('eos', { members: 2 });
  const devices = [iosXe, junos, eos].map(({ host, port, machine: { device } }): NetmikoDevice => {
    const { platform, user, password } = device;
    return { platform, host, port, user, password, commands: COMMANDS[platform] };
  });
  const [cisco, juniper, arista] = await readByNetmiko(devices);

  const { flash, network } = iosXe.machine;
  expect(cisco?.tables['dir flash:']?.map(({ name, size }) => ({ name, size }))).toStrictEqual(
    flash.files.map(({ name, sizeBytes }) => ({ name, size: String(sizeBytes) })),
  );
  expect(cisco?.tables['dir flash:']?.[0]).toMatchObject({ total_free: String(flash.freeBytes) });
  expect(cisco?.tables['show boot']).toMatchObject([{ boot_path: 'flash:packages.conf;', manual_boot: 'no' }]);
  expect(cisco?.tables['show redundancy']).toMatchObject([{ hardware_mode: 'Duplex', communication_status: 'Up' }]);
  expect(cisco?.tables['show ip interface brief']?.map((row) => row['interface'])).toStrictEqual(
    network.interfaces.map(({ name }) => name),
  );
  expect(cisco?.tables['show ip bgp summary']?.map((row) => row['state_or_prefixes_received'])).toStrictEqual(
    network.neighbours.map(({ prefixes }) => String(prefixes)),
  );
  expect(cisco?.tables['show ip route summary']).toContainEqual(
    expect.objectContaining({ route_source: 'connected', subnets: String(network.routes.connected) }),
  );

  expect(juniper?.tables['show system uptime']).toMatchObject([{ time_source: 'NTP CLOCK' }]);
  expect(juniper?.tables['show chassis hardware']?.[0]).toMatchObject({ chassis_serial_number: 'SIM0000001' });
  expect(juniper?.tables['show route summary']).toContainEqual(
    expect.objectContaining({ route_src: 'BGP', routes: String(junos.machine.network.routes.bgp) }),
  );

  expect(arista?.tables['dir flash:']?.[0]).toMatchObject({ total_free: String(eos.machine.flash.freeBytes) });
  expect(arista?.tables['show boot-config']).toMatchObject([{ version: 'flash:/EOS64-4.31.2F.swi' }]);
  expect(arista?.tables['show mlag']).toMatchObject([{ state: 'Active' }]);
  expect(arista?.tables['show reload cause']).toHaveLength(1);
  expect(arista?.tables['show interfaces status']).toHaveLength(6);
  expect(arista?.tables['show ip bgp summary']?.map((row) => row['state'])).toStrictEqual(
    eos.machine.network.neighbours.map(() => 'Estab'),
  );
});
