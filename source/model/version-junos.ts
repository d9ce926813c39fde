import { padBuild, padRelease, type VersionForm } from './version-form.ts';

// 21.4R3-S5.4: year, quarter, release 3, service release 5, build (spin) 4. 15.1F6-S10 is a feature release;
// 18.4X75-D10.5 is on a branch made from 18.4 for some hardware or customer.
const FORM = /^(\d{1,2})\.(\d)(?:([RF])|X(\d{1,3})-D)(\d{1,4})(?:-S(\d{1,3}))?(?:\.(\d{1,4}))?(-EVO)?$/u;

/** Reads a version of Junos or Junos Evolved, which are two systems and never compared. Null for any other form. */
export function readJunosVersion(text: string): VersionForm | null {
  const match = FORM.exec(text);
  if (match === null) return null;
  const [, year, quarter, kind, line, release, service, spin, evolved] = match;
  return {
    family: evolved === undefined ? 'junos' : 'evolved',
    base: `${padRelease(year)}.${padRelease(quarter)}`,
    branch: kind ?? `X${Number(line)}`,
    patch: `${padRelease(release)}.${padRelease(service)}`,
    build: padBuild(spin),
  };
}
