/** A text as TOML's basic string, which has JSON's escapes but for `/`. */
export function tomlText(text: string): string {
  // DEL has to be escaped in TOML, and is not in JSON.
  return JSON.stringify(text).replaceAll('\u007f', '\\u007f');
}

export function tomlList(texts: readonly string[]): string {
  return `[${texts.map((text) => `\n    ${tomlText(text)},`).join('')}\n  ]`;
}

/** A text as a string of Starlark that can stand in TOML's literal string of several lines, which `'''` would end. */
export function starlarkText(text: string): string {
  return JSON.stringify(text).replaceAll("'", String.raw`\u0027`);
}
