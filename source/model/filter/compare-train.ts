import type { Platform } from '../platform.ts';
import { compareVersions, versionKey } from '../version.ts';

/** The first and the last release that a name without a release can stand for: `17.9` is 17.9.0 to 17.9.999. */
const SPANS: Readonly<Record<Platform, readonly (readonly [first: string, last: string])[]>> = {
  'ios-xe': [
    ['.0', '.999'],
    ['.0.0', '.99.999'],
  ],
  junos: [
    ['R0', 'R9999'],
    ['R0-EVO', 'R9999-EVO'],
    ['.0R0', '.9R9999'],
    ['.0R0-EVO', '.9R9999-EVO'],
  ],
  eos: [
    ['.0F', '.999F'],
    ['.0.0F', '.999.999F'],
  ],
};

/**
 * If `running` is before (-1), in or equal to (0), or after (1) what people write in a filter: a version, or only the beginning of one
 * (`17.9`, `22.4`, `4.31`), which stands for all of its releases. Null where there is no order.
 */
export function compareTrain(platform: Platform | null, running: string, written: string): -1 | 0 | 1 | null {
  if (platform === null) return null;
  if (versionKey(platform, written) !== null) return compareVersions(platform, running, written);
  for (const [first, last] of SPANS[platform]) {
    const afterFirst = compareVersions(platform, running, written + first);
    const afterLast = compareVersions(platform, running, written + last);
    if (afterFirst !== null && afterLast !== null) return afterFirst < 0 ? -1 : afterLast > 0 ? 1 : 0;
  }
  return null;
}
