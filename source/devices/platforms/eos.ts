import { firstMatch } from '../first-match.ts';
import type { PlatformDriver } from '../platform.ts';
import { parseUptime } from '../uptime.ts';

/** Arista EOS. `show version` does not tell the host name. */
export const eos: PlatformDriver = {
  platform: 'eos',
  // `(s1)` and the like are part of the prompt of an MLAG pair; `(config` is not an exec prompt.
  prompt: /^(?!.*\(config)(?<host>[\w.\-@/:]{1,63})(?:\([\w.-]{1,16}\))?[#>]$/u,
  prepare: ['terminal length 0', 'terminal width 32767'],
  elevate: 'enable',
  errors: [/^% ?(?:Error|Invalid input|Incomplete command|Ambiguous command|Cannot commit|Authorization denied)/u],
  beforePrompt: null,
  showVersion: 'show version',
  parseShowVersion(answer) {
    return {
      hostname: null,
      version: firstMatch(answer, /^Software image version: *(\S+)/mu),
      model: firstMatch(answer, /^Arista (\S+)/mu, /^(v?EOS\S*|DCS-\S+|CCS-\S+)$/mu),
      // An emulated device prints the label with nothing after it.
      serial: firstMatch(answer, /^Serial number: *(\S*)/mu),
      uptimeSeconds: parseUptime(firstMatch(answer, /^Uptime: *(.+)$/mu) ?? ''),
      bootedFrom: null,
    };
  },
};
