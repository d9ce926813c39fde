/** What a platform shows at the end of a page, and how it takes that away again. */
export interface PagerLook {
  readonly more: string;
  readonly erase: string;
}

/** An answer that is shown page by page. */
export class Pager {
  readonly #look: PagerLook;
  readonly #page: number;
  #lines: readonly string[];

  /** Zero lines a page: no paging. */
  constructor(look: PagerLook, text: string, page: number) {
    this.#look = look;
    this.#page = page;
    this.#lines = text === '' ? [] : text.replace(/\n$/u, '').split('\n');
  }

  /** Whether it waits for a key. */
  get waiting(): boolean {
    return this.#lines.length > 0;
  }

  /** The first page. */
  start(): string {
    return this.#next(this.#page === 0 ? this.#lines.length : this.#page - 1);
  }

  /** What is shown after a key: a page for a blank, a line for return, nothing more for `q` and the interrupt key. */
  key(character: string): string {
    const { erase } = this.#look;
    if (character === ' ') return erase + this.#next(Math.max(1, this.#page - 1));
    if (character === '\r' || character === '\n') return erase + this.#next(1);
    if (character !== 'q' && character !== 'Q' && character !== '\u0003') return '';
    this.#lines = [];
    return erase;
  }

  #next(count: number): string {
    const shown = this.#lines.slice(0, count).map((line) => `${line}\r\n`);
    this.#lines = this.#lines.slice(count);
    return shown.join('') + (this.waiting ? this.#look.more : '');
  }
}
