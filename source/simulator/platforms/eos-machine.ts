import type { SimulatedDevice } from '../device.ts';
import type { MachineKind } from '../machine-kind.ts';
import type { Network } from '../network.ts';
import { fileOf } from './file-of.ts';
import { versionDigits } from './version-digits.ts';

const IMAGE_BYTES = 1_010_000_000;

export const eosMachine: MachineKind = {
  flashBytes: 7_607_738_368,
  bootFile,
  softwareFiles: (version) => [
    fileOf(bootFile(version), IMAGE_BYTES, version),
    fileOf('boot-config', 28, null),
    fileOf('startup-config', 4213, null),
    fileOf('AsuFastPktTransmit.log', 29, null),
  ],
  configuration,
  adopt: (text) => text,
  withOtherDefaults: (text) =>
    text.replace(/^ntp server (\S+)$/mu, 'ntp server $1 version 4').replace(/^end$/mu, 'agent FibAgent shutdown\nend'),
  nextVersion: ({ bootFile: name }, flash) => flash.find(name)?.version ?? null,
};

function bootFile(version: string): string {
  return `EOS64-${version}.swi`;
}

/** A running configuration as EOS prints it, secrets and all; every one of them is made up. */
function configuration({ hostname, user }: SimulatedDevice, network: Network): string {
  const { interfaces, neighbours, as, routerId } = network;
  const secret = versionDigits(hostname);
  const lines = [
    'no aaa root',
    '!',
    `username ${user} privilege 15 role network-admin secret sha512 $6$made.up${secret}$n0tAr3alS3cretJustForTh3Simulation`,
    '!',
    'transceiver qsfp default-mode 4x10G',
    '!',
    'service routing protocols model multi-agent',
    '!',
    'logging host 192.0.2.250',
    '!',
    `hostname ${hostname}`,
    '!',
    'ntp server 192.0.2.251',
    'ntp server 192.0.2.252',
    '!',
    `snmp-server community made-up-${secret} ro`,
    '!',
    'spanning-tree mode mstp',
    '!',
    ...interfaces.flatMap(({ name, address }) => [
      `interface ${name}`,
      ...(address === null
        ? ['   shutdown']
        : name === 'Loopback0'
          ? [`   ip address ${address}/32`]
          : ['   no switchport', `   ip address ${address}/30`]),
      '!',
    ]),
    'ip routing',
    '!',
    `router bgp ${as}`,
    `   router-id ${routerId}`,
    ...neighbours.flatMap(({ address, as: remote }) => [
      `   neighbor ${address} remote-as ${remote}`,
      `   neighbor ${address} password 7 made.up${secret}==`,
    ]),
    '!',
    'router ospf 1',
    `   router-id ${routerId}`,
    '!',
    'end',
  ];
  return `${lines.join('\n')}\n`;
}
