import { type ConfigurationLine, configurationLines } from './configuration-lines.ts';
import { REDACTED, redactSecrets } from './redact.ts';

/** How a configuration became another one; comments, times, versions and generated certificates do not count. */
export interface ConfigurationChange {
  /** How many lines it had. */
  readonly lines: number;
  readonly missing: readonly ConfigurationLine[];
  /** Lines that say the same and more, or have a secret in another form: as the later one has them. */
  readonly rewritten: readonly ConfigurationLine[];
  readonly added: readonly ConfigurationLine[];
}

/**
 * Compares the configurations of a device from before and after an upgrade, line by line within each section; their order does not count. A
 * line counts as rewritten if the new version has it with words added, as versions do that show a default which another one hides, or with its
 * secret encrypted in another way, or further in or out within the same outermost section.
 */
export function compareConfigurations(before: string, after: string): ConfigurationChange {
  const old = configurationLines(before);
  const spare = new Spare(configurationLines(after));
  const gone = old.filter((line) => !spare.take(line));
  const rewritten: ConfigurationLine[] = [];
  const missing = gone.filter((line) => {
    const found = spare.takeRewritten(line);
    if (found !== null) rewritten.push(found);
    return found === null;
  });
  return { lines: old.length, missing, rewritten, added: spare.left };
}

/** Lines of the later configuration that stand for none of the earlier one yet. */
class Spare {
  readonly #exact = new Map<string, ConfigurationLine[]>();
  /** By outermost section and first word. */
  #similar: Map<string, ConfigurationLine[]> | null = null;
  readonly #all: Set<ConfigurationLine>;

  constructor(lines: readonly ConfigurationLine[]) {
    this.#all = new Set(lines);
    for (const line of lines) put(this.#exact, exactly(line), line);
  }

  get left(): readonly ConfigurationLine[] {
    return [...this.#all];
  }

  take(line: ConfigurationLine): boolean {
    const found = this.#exact.get(exactly(line))?.shift();
    if (found !== undefined) this.#all.delete(found);
    return found !== undefined;
  }

  takeRewritten(line: ConfigurationLine): ConfigurationLine | null {
    if (this.#similar === null) {
      this.#similar = new Map();
      for (const one of this.#all) put(this.#similar, roughly(one), one);
    }
    const found = this.#similar.get(roughly(line))?.find((one) => this.#all.has(one) && isRewritten(line, one));
    if (found === undefined) return null;
    this.#all.delete(found);
    return found;
  }
}

function put(map: Map<string, ConfigurationLine[]>, key: string, line: ConfigurationLine): void {
  const there = map.get(key);
  if (there === undefined) map.set(key, [line]);
  else there.push(line);
}

function exactly({ sections, text }: ConfigurationLine): string {
  return [...sections, text].join('\n');
}

function roughly({ sections, text }: ConfigurationLine): string {
  return [sections[0] ?? '', words(text)[0] ?? ''].join('\n');
}

function isRewritten(before: ConfigurationLine, after: ConfigurationLine): boolean {
  const [old, now] = [before.sections, after.sections];
  const stays = old.length === now.length && holds(old, now);
  if (!stays) return before.text === after.text && (holds(old, now) || holds(now, old));
  return holds(words(after.text), words(before.text));
}

/** Whether all of the second is in the first, in this order. */
function holds(all: readonly string[], wanted: readonly string[]): boolean {
  let found = 0;
  for (const one of all) if (one === wanted[found]) found += 1;
  return found === wanted.length;
}

/** Without the secrets, and how they are encrypted. */
function words(text: string): readonly string[] {
  const plain = redactSecrets(text).replaceAll(
    new RegExp(String.raw`(?:\s(?:\d|sha\d+|md5))?\s"?${REDACTED}"?`, 'gu'),
    ` ${REDACTED}`,
  );
  return plain
    .replace(/[;{]\s*$/u, '')
    .split(/\s+/u)
    .filter((word) => word !== '');
}
