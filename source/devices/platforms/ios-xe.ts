import { firstMatch } from '../first-match.ts';
import type { PlatformDriver } from '../platform.ts';
import { parseUptime } from '../uptime.ts';

/** Cisco IOS-XE on routers (ISR, ASR, Catalyst 8000) and switches (Catalyst 9000 and before). */
export const iosXe: PlatformDriver = {
  platform: 'ios-xe',
  prompt: /^(?<host>[\w.\-@/:]{1,63})[#>]$/u,
  prepare: ['terminal length 0', 'terminal width 512'],
  elevate: 'enable',
  errors: [
    /^% ?(?:Ambiguous command|Incomplete command|Unknown command|Invalid input|Authorization failed|Bad IP address or host name)/u,
    /^Command authorization failed/u,
  ],
  beforePrompt: null,
  showVersion: 'show version',
  parseShowVersion(answer) {
    const uptime = /^(\S+) uptime is (.+)$/mu.exec(answer);
    return {
      hostname: uptime?.[1] ?? null,
      // IOS-XE's own line spells the release as image files do (17.09.04a). A special build has the build's name there, and
      // before 16 it is missing or called otherwise; only then IOS's line counts.
      version: firstMatch(
        answer,
        /^Cisco IOS[ -]XE Software, Version (\d\S*)/mu,
        /^IOS[ -]XE Version: (\S+)/mu,
        /^Cisco IOS Software.*, Version (\d[^\s,]*)/mu,
      ),
      model: firstMatch(answer, /^cisco (\S+) \(.*with .*bytes of .*memory/imu, /^Model Number +: (\S+)/mu),
      serial: firstMatch(answer, /^Processor board ID ([\w-]+)/mu, /^System Serial Number +: (\S+)/mu),
      uptimeSeconds: parseUptime(uptime?.[2] ?? ''),
      bootedFrom: firstMatch(answer, /^System image file is "([^"]+)"/mu),
    };
  },
};
