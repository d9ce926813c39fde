/** Lines that say how a configuration was printed, or by which version, and nothing about it. */
const ABOUT = /^(?:Building configuration|Current configuration|Using \d+ out of|!|\s*$|ntp clock-period |version )/u;
/** A certificate is printed in one of the two places, and named in the other. */
const CERTIFICATE = /^\s+certificate |^\s+[0-9A-F ]+$|^\s*quit$/u;

/** Whether two printed configurations of Cisco's or Arista's kind are the same configuration. */
export function sameConfiguration(a: string, b: string): boolean {
  return essence(a) === essence(b);
}

function essence(configuration: string): string {
  return configuration
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => !ABOUT.test(line) && !CERTIFICATE.test(line))
    .join('\n');
}
