import type { SimulatedDevice } from '../device.ts';
import type { MachineKind } from '../machine-kind.ts';
import type { Network } from '../network.ts';
import { fileOf } from './file-of.ts';
import { versionDigits } from './version-digits.ts';

export const junosMachine: MachineKind = {
  flashBytes: 21_474_836_480,
  bootFile: () => '',
  softwareFiles: () => [fileOf('install.log', 88_213, null)],
  configuration,
  adopt: (text, version) => text.replace(/^version .*$/mu, `version ${version};`),
  withOtherDefaults: (text) =>
    text.replace(/^( *)server (\S+);$/mu, '$1server $2 version 4;').replace(/^( *)ssh;$/mu, '$1ssh;\n$1netconf;'),
  nextVersion: ({ next, running }) => next ?? running,
};

/** A configuration as Junos prints it, secrets and all; every one of them is made up. */
function configuration({ hostname, version, user }: SimulatedDevice, network: Network): string {
  const { interfaces, neighbours, as, routerId } = network;
  const secret = versionDigits(hostname);
  const lines = [
    `version ${version};`,
    'system {',
    `    host-name ${hostname};`,
    '    root-authentication {',
    `        encrypted-password "$6$made.up${secret}$n0tAr3alS3cretJustForTh3Simulation"; ## SECRET-DATA`,
    '    }',
    '    login {',
    `        user ${user} {`,
    '            class super-user;',
    '            authentication {',
    `                encrypted-password "$6$made.up${secret + 1}$alsoN0tAr3alS3cret"; ## SECRET-DATA`,
    '            }',
    '        }',
    '    }',
    '    services {',
    '        ssh;',
    '    }',
    '    ntp {',
    '        server 192.0.2.251;',
    '        server 192.0.2.252;',
    '    }',
    '}',
    'interfaces {',
    ...interfaces.flatMap(({ name, address }) =>
      address === null
        ? []
        : [
            `    ${name} {`,
            '        unit 0 {',
            '            family inet {',
            `                address ${address}${name === 'lo0' ? '/32' : '/30'};`,
            '            }',
            '        }',
            '    }',
          ],
    ),
    '}',
    'snmp {',
    `    community made-up-${secret} {`,
    '        authorization read-only;',
    '    }',
    '}',
    'routing-options {',
    `    router-id ${routerId};`,
    `    autonomous-system ${as};`,
    '}',
    'protocols {',
    '    bgp {',
    '        group upstream {',
    `            authentication-key "$9$made.up${secret}"; ## SECRET-DATA`,
    ...neighbours.flatMap(({ address, as: remote }) => [
      `            neighbor ${address} {`,
      `                peer-as ${remote};`,
      '            }',
    ]),
    '        }',
    '    }',
    '}',
  ];
  return `${lines.join('\n')}\n`;
}
