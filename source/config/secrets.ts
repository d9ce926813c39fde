import { keyVariables, VARIABLES } from './variables.ts';

/** Shorter values are too common a word to be cut out of texts. */
const SHORTEST = 4;

/**
 * Makes a function that takes secrets out of a text: the values of the secret variables in `env`, and logins in addresses
 * (`postgres://user:password@host`). For logs and reports, where an error's message may quote what it was given.
 */
export function secretRemover(env: NodeJS.ProcessEnv): (text: string) => string {
  const named = VARIABLES.filter((variable) => variable.secret === true).map(({ name }) => name);
  const values = [...named, ...keyVariables(env)]
    .map((name) => env[name] ?? '')
    .filter((value) => value.length >= SHORTEST)
    .flatMap((value) => [value, encodeURIComponent(value)])
    .toSorted((a, b) => b.length - a.length);
  return (text) =>
    values
      .reduce((rest, value) => rest.replaceAll(value, '[secret]'), text)
      .replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/giu, '$1[secret]@');
}
