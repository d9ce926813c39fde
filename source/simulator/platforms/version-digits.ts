/** Some number, at most four digits, that goes with a version: a build. */
export function versionDigits(version: string): number {
  return Array.from(version).reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) % 9000, 7) + 100;
}
