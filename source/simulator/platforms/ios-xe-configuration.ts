import type { SimulatedDevice } from '../device.ts';
import type { Network } from '../network.ts';
import { versionDigits } from './version-digits.ts';

/** A running configuration as IOS-XE prints it, secrets and all; every one of them is made up. */
export function iosXeConfiguration({ hostname, version, user }: SimulatedDevice, network: Network): string {
  const { interfaces, neighbours, as, routerId } = network;
  const secret = versionDigits(hostname);
  const lines = [
    `version ${shortVersion(version)}`,
    'service timestamps debug datetime msec',
    'service timestamps log datetime msec',
    'service password-encryption',
    'platform qfp utilization monitor load 80',
    '!',
    `hostname ${hostname}`,
    '!',
    `enable secret 9 $9$made.up.${secret}$n0tAr3alS3cretJustForTh3Simulation`,
    '!',
    'aaa new-model',
    'aaa authentication login default local',
    'aaa authorization exec default local',
    'ip domain name example.net',
    `username ${user} privilege 15 secret 9 $9$made.up.${secret + 1}$alsoN0tAr3alS3cret`,
    '!',
    ...interfaces.flatMap(({ name, address }) => [
      `interface ${name}`,
      ...(address === null
        ? [' no ip address', ' shutdown']
        : [` ip address ${address} ${name === 'Loopback0' ? '255.255.255.255' : '255.255.255.252'}`]),
      '!',
    ]),
    'router ospf 1',
    ` router-id ${routerId}`,
    ' passive-interface default',
    '!',
    `router bgp ${as}`,
    ` bgp router-id ${routerId}`,
    ' bgp log-neighbor-changes',
    ...neighbours.flatMap(({ address, as: remote }) => [
      ` neighbor ${address} remote-as ${remote}`,
      ` neighbor ${address} password 7 0822455D0A16${secret}`,
    ]),
    '!',
    'ip ssh version 2',
    'ip scp server enable',
    `snmp-server community made-up-${secret} RO`,
    'logging host 192.0.2.250',
    'ntp server 192.0.2.251',
    'ntp server 192.0.2.252',
    '!',
    'line vty 0 4',
    ' transport input ssh',
    '!',
    'end',
  ];
  return `${lines.join('\n')}\n`;
}

/** As the first line of a configuration has it: `17.9` for `17.09.04a`. */
export function shortVersion(version: string): string {
  const plain = version.replaceAll(/(^|\.)0+(?=\d)/gu, '$1');
  return plain.split('.').slice(0, 2).join('.');
}
