/**
 * The digest that `verify /sha512 FILE` computed on IOS-XE or EOS; null if there is none. Dots, `Done!` and a digest elsewhere, such as in an echo,
 * are no result: only a line that names the file and has the digest after it.
 */
export function parseVerifyDigest(answer: string, name: string): string | null {
  for (const [, path = '', hex] of answer.matchAll(/^verify \/sha512 \(([^)\s]+)\) *= *([0-9A-Fa-f]{128})$/gmu)) {
    if (path.split(/[:/]/u).at(-1) === name) return hex?.toLowerCase() ?? null;
  }
  return null;
}
