/** One line that says what is being done, in place of the one before; a line each where there is no terminal. */
export class Progress {
  readonly #stream: NodeJS.WritableStream & { readonly isTTY?: boolean };

  constructor(stream: NodeJS.WritableStream & { readonly isTTY?: boolean }) {
    this.#stream = stream;
  }

  show(text: string): void {
    this.#stream.write(this.#stream.isTTY === true ? `\r\u001b[K${text} ...` : `${text}\n`);
  }

  clear(): void {
    if (this.#stream.isTTY === true) this.#stream.write('\r\u001b[K');
  }
}
