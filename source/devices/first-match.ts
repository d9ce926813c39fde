/** The first group of the first expression that matches, trimmed; null if none does or it is empty. */
export function firstMatch(text: string, ...expressions: readonly RegExp[]): string | null {
  for (const expression of expressions) {
    const found = expression.exec(text)?.[1]?.trim();
    if (found !== undefined && found !== '') return found;
  }
  return null;
}
