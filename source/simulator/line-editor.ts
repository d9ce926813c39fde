/** What a key led to, besides what is shown for it. */
export type EditorEvent =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'interrupt' }
  | { readonly kind: 'end' };

export interface Keystroke {
  /** What the terminal shows for the key. */
  readonly echo: string;
  readonly event: EditorEvent | null;
}

const NOTHING: Keystroke = { echo: '', event: null };
const ERASE = '\b \b';
const LONGEST = 1024;

/** The line that a person types at a device's prompt, key by key. */
export class LineEditor {
  #text = '';
  #afterReturn = false;
  #escape = '';

  /** What is typed so far. */
  get text(): string {
    return this.#text;
  }

  /** Takes one character. */
  key(character: string): Keystroke {
    const afterReturn = this.#afterReturn;
    this.#afterReturn = character === '\r';
    if (this.#swallowsEscape(character)) return NOTHING;
    switch (character) {
      case '\n':
        // A return key is CR, LF, or CR LF.
        return afterReturn ? NOTHING : this.#finish('\r\n', { kind: 'line', text: this.#text });
      case '\r':
        return this.#finish('\r\n', { kind: 'line', text: this.#text });
      case '\u0003':
        return this.#finish('^C\r\n', { kind: 'interrupt' });
      case '\u0004':
        return this.#text === '' ? { echo: '\r\n', event: { kind: 'end' } } : NOTHING;
      case '\u0008':
      case '\u007f':
        return this.#erase(1);
      case '\u0015':
        return this.#erase(this.#text.length);
      case '\u0017':
        return this.#erase(/\S*\s*$/u.exec(this.#text)?.[0].length ?? 0);
      case '?':
        return { echo: '?\r\n', event: { kind: 'help', text: this.#text } };
      default:
        if (character < ' ' || this.#text.length >= LONGEST) return NOTHING;
        this.#text += character;
        return { echo: character, event: null };
    }
  }

  #finish(echo: string, event: EditorEvent): Keystroke {
    this.#text = '';
    return { echo, event };
  }

  #erase(count: number): Keystroke {
    const erased = Math.min(count, this.#text.length);
    this.#text = this.#text.slice(0, this.#text.length - erased);
    return { echo: ERASE.repeat(erased), event: null };
  }

  /** Arrows and function keys do nothing here, and must not type their letters. */
  #swallowsEscape(character: string): boolean {
    if (this.#escape === '') {
      if (character !== '\u001b') return false;
      this.#escape = character;
      return true;
    }
    this.#escape += character;
    if (this.#escape !== '\u001b[' && this.#escape !== '\u001bO' && /^\u001b.*[@-~]$/u.test(this.#escape))
      this.#escape = '';
    return true;
  }
}
