import type { Platform } from './platform.ts';
import { readEosVersion } from './version-eos.ts';
import { comparable, keyOf, sameRelease, type VersionForm } from './version-form.ts';
import { readIosXeVersion } from './version-ios-xe.ts';
import { readJunosVersion } from './version-junos.ts';

interface ReadVersion {
  readonly form: VersionForm;
  readonly key: string;
}

const readers: Readonly<Record<Platform, (text: string) => VersionForm | null>> = {
  'ios-xe': readIosXeVersion,
  junos: readJunosVersion,
  eos: readEosVersion,
};

// A fleet of 100,000 routers has some dozens of versions: reading each once keeps the fleet table quick.
const KEPT = 5000;
const LONGEST = 64;
const kept: Readonly<Record<Platform, Map<string, ReadVersion | null>>> = {
  'ios-xe': new Map(),
  junos: new Map(),
  eos: new Map(),
};

/**
 * Which of two versions of one platform is later: -1 if `a` is earlier, 0 if both are spellings of one version, 1 if `a` is
 * later. Null where there is no order: a form that is not known, lines of development side by side (`18.4X75-D10` and
 * `18.4R1`, Junos and Junos Evolved, two trains of classic IOS), or no platform. Never a guess.
 */
export function compareVersions(platform: Platform | null, a: string, b: string): -1 | 0 | 1 | null {
  const left = read(platform, a);
  const right = read(platform, b);
  if (left === null || right === null || !comparable(left.form, right.form)) return null;
  if (left.key === right.key) return 0;
  return left.key < right.key ? -1 : 1;
}

/**
 * Text that sorts (COLLATE "C") as the versions of one platform do, wherever {@link compareVersions} gives an order. Null for a
 * form that is not known. Keys of different platforms mean nothing to each other.
 */
export function versionKey(platform: Platform | null, text: string): string | null {
  return read(platform, text)?.key ?? null;
}

/** True if both are the same text, or spellings of one version: `17.09.04` and `17.9.4`. */
export function sameVersion(platform: Platform | null, a: string, b: string): boolean {
  return a.trim() === b.trim() || compareVersions(platform, a, b) === 0;
}

/**
 * True if a router that runs `running` has what `wanted` asks for. Like {@link sameVersion}, but a name without a build stands
 * for every build of the release: a router on `22.4R3-S2.11` has the target `22.4R3-S2`.
 */
export function runsRelease(platform: Platform | null, running: string, wanted: string): boolean {
  if (sameVersion(platform, running, wanted)) return true;
  const left = read(platform, running);
  const right = read(platform, wanted);
  return left !== null && right !== null && sameRelease(left.form, right.form);
}

function read(platform: Platform | null, text: string): ReadVersion | null {
  if (platform === null || text.length > LONGEST) return null;
  const known = kept[platform];
  const found = known.get(text);
  if (found !== undefined) return found;
  const form = readers[platform](text.trim());
  const version = form === null ? null : { form, key: keyOf(form) };
  if (known.size >= KEPT) known.clear();
  known.set(text, version);
  return version;
}
