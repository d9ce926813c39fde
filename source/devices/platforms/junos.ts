import { firstMatch } from '../first-match.ts';
import type { PlatformDriver } from '../platform.ts';

/** Juniper Junos and Junos Evolved. `show version` tells neither serial number nor uptime. */
export const junos: PlatformDriver = {
  platform: 'junos',
  prompt: /^(?:[\w.-]{1,32}@)?(?<host>[\w.-]{1,63})>$/u,
  prepare: ['set cli screen-length 0', 'set cli screen-width 511', 'set cli complete-on-space off'],
  elevate: null,
  errors: [
    // What `file copy` says last is of no use; the line before it has the reason.
    /^(?:syntax error|unknown command|missing mandatory argument|error: (?!file-fetch failed|could not fetch))/u,
    /^'[^']*' is ambiguous/u,
    /^permission denied/iu,
  ],
  // Which member of a chassis, cluster or stack is speaking.
  beforePrompt: /^\{(?:master|backup|primary|secondary|linecard|line)[^}]*\}$/u,
  showVersion: 'show version',
  parseShowVersion(answer) {
    return {
      hostname: firstMatch(answer, /^Hostname: *(\S+)/mu),
      // Packages of newer releases carry build dates instead, such as [20221215.1b4a8f2_builder]; those do not match.
      version: firstMatch(
        answer,
        /^Junos: *(\S+)/mu,
        /^JUNOS (?:Base OS boot|Software Release|EX +Software Suite) *\[(\d{1,2}\.\d[\w.-]*)\]/mu,
        /^JUNOS .*\[(\d{1,2}\.\d\w*[A-Z][\w.-]*)\]/mu,
      ),
      model: firstMatch(answer, /^Model: *(\S+)/mu),
      serial: null,
      uptimeSeconds: null,
      bootedFrom: null,
    };
  },
};
