/**
 * A version string, read. The parts are text that sorts, byte by byte, as the versions do: numbers are zero-padded, and the
 * separator `.` sorts before every letter and digit, so that a shorter part comes first.
 */
export interface VersionForm {
  /** Lines of development that are not ordered with each other: a train of classic IOS, Junos or Junos Evolved. Empty where there is one. */
  readonly family: string;
  /** The release's own numbers: `0017.0009.0004`. */
  readonly base: string;
  /** A variant of the same numbers (`X75`, `F-INT`, `prd`) that is neither before nor after the others. */
  readonly branch: string;
  /** What follows the numbers within the branch: a rebuild, a service release. */
  readonly patch: string;
  /** One build of the release; empty when the text names the release and no build. */
  readonly build: string;
}

/** Text that sorts as the version does. Equal for equal spellings, and for nothing else. */
export function keyOf(form: VersionForm): string {
  return `${releaseOf(form)}.${form.build}`;
}

/** True if there is an order between the two; without one, nothing is said. */
export function comparable(a: VersionForm, b: VersionForm): boolean {
  if (a.family !== b.family && a.family !== '' && b.family !== '') return false;
  return a.base !== b.base || (a.family === b.family && a.branch === b.branch);
}

/** True if both name the same release, and neither says that its build is another one. */
export function sameRelease(a: VersionForm, b: VersionForm): boolean {
  return releaseOf(a) === releaseOf(b) && (a.build === b.build || a.build === '' || b.build === '');
}

/** A number of a release (up to 4 digits), padded. `''` and nothing count as 0. */
export function padRelease(digits: string | undefined): string {
  return String(Number(digits ?? '')).padStart(4, '0');
}

/** A build number (up to 10 digits), padded; empty where there is none. */
export function padBuild(...numbers: readonly (string | undefined)[]): string {
  return numbers
    .flatMap((digits) => (digits === undefined ? [] : [String(Number(digits)).padStart(10, '0')]))
    .join('.');
}

function releaseOf(form: VersionForm): string {
  return `${form.base}.${form.family}.${form.branch}.${form.patch}`;
}
