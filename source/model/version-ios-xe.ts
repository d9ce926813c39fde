import { padBuild, padRelease, type VersionForm } from './version-form.ts';

// 17.09.04a, 16.12.1z2, 17.12.1prd7; `show install summary` adds the build: 17.09.04a.0.6.
const MODERN = /^(\d{2})\.(\d{1,2})\.(\d{1,3})(?:([a-z]{1,2}|prd)(\d{1,3})?)?(?:\.(\d{1,4})\.(\d{1,10}))?$/u;
// IOS-XE before 16: 3.16.5S, 03.16.04b.S, 3.6.10E. The letters at the end name the train.
const EARLY = /^0?3\.(\d{1,2})\.(\d{1,2})([a-z])?\.?([A-Z]{1,3})$/u;
// Classic IOS: 15.5(3)S8, 12.2(33)SXI4a, 15.6(1)T0a, 12.4(25d). An `r` in the parentheses is a ROMMON, not a system.
const CLASSIC = /^(9|1[0-5])\.(\d{1,2})\((\d{1,3})([a-q])?\)(?:([A-Z]{1,3})(\d{1,3})?([a-z]{1,2})?)?$/u;

const FIRST_MODERN_MAJOR = 16;

/** Reads a version of Cisco IOS-XE, or of the classic IOS that it grew out of. Null for any other form. */
export function readIosXeVersion(text: string): VersionForm | null {
  return readModern(text) ?? readEarly(text) ?? readClassic(text);
}

function readModern(text: string): VersionForm | null {
  const match = MODERN.exec(text);
  if (match === null) return null;
  const [, major, minor, maintenance, letters = '', count, buildMajor, build] = match;
  if (Number(major) < FIRST_MODERN_MAJOR) return null;
  // Preview builds (prd) come out around a release of the same numbers; which came first is not in the name.
  const preview = letters === 'prd';
  return {
    family: '',
    base: [major, minor, maintenance].map(padRelease).join('.'),
    branch: preview ? 'prd' : '',
    patch: `${preview ? '' : letters}.${padRelease(count)}`,
    build: padBuild(buildMajor, build),
  };
}

function readEarly(text: string): VersionForm | null {
  const match = EARLY.exec(text);
  if (match === null) return null;
  const [, minor, maintenance, letter = '', train = ''] = match;
  return {
    family: `early-${train}`,
    base: ['3', minor, maintenance].map(padRelease).join('.'),
    branch: '',
    patch: letter,
    build: '',
  };
}

function readClassic(text: string): VersionForm | null {
  const match = CLASSIC.exec(text);
  if (match === null) return null;
  const [, major, minor, maintenance, inner = '', train = '', rebuild, letters = ''] = match;
  return {
    family: `classic-${train}`,
    base: [major, minor, maintenance].map(padRelease).join('.'),
    branch: '',
    patch: `${inner}.${padRelease(rebuild)}.${letters}`,
    build: '',
  };
}
