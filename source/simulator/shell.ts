import type { CliSession } from './cli-session.ts';
import { resolveCommand } from './command.ts';
import { type EditorEvent, LineEditor } from './line-editor.ts';
import { Pager } from './pager.ts';
import type { SimulatedPlatform } from './platform.ts';
import { runLine } from './run-line.ts';

/** Where a shell prints, and how it hangs up. */
export interface ShellOutput {
  readonly write: (text: string) => void;
  readonly close: () => void;
  /** Destroys the connection in the middle of things. */
  readonly cut: () => void;
}

/** An interactive command line: takes keys, prints what a device would. */
export class Shell {
  readonly #platform: SimulatedPlatform;
  readonly #session: CliSession;
  readonly #output: ShellOutput;
  readonly #editor = new LineEditor();
  #pager: Pager | null = null;
  #prompt = '';
  /** Keys that came before the prompt; null once it is there. */
  #early: string | null = '';

  constructor(platform: SimulatedPlatform, session: CliSession, output: ShellOutput) {
    this.#platform = platform;
    this.#session = session;
    this.#output = output;
  }

  /** Prints what comes before the first prompt, and the prompt. */
  start(): void {
    const { quirks = {} } = this.#session.device;
    if (quirks.silentAfterLogin === true) return;
    this.#output.write((quirks.messageOfTheDay ?? '') + returns(this.#platform.welcome(this.#session)));
    if (quirks.questionAfterLogin !== undefined) {
      this.#output.write(quirks.questionAfterLogin);
      return;
    }
    this.#showPrompt();
    const early = this.#early ?? '';
    this.#early = null;
    this.type(early);
  }

  /** Takes what was typed. */
  type(keys: string): void {
    if (this.#early !== null) {
      this.#early += keys;
      return;
    }
    for (const key of keys) {
      if (this.#pager?.waiting === true) this.#turnPage(this.#pager, key);
      else {
        const { echo, event } = this.#editor.key(key);
        if (this.#session.device.quirks?.noEcho !== true) this.#output.write(echo);
        if (event !== null) this.#act(event);
      }
    }
  }

  #act(event: EditorEvent): void {
    if (event.kind === 'end') this.#output.close();
    else if (event.kind === 'interrupt') this.#showPrompt();
    else if (event.kind === 'help') this.#help(event.text);
    else this.#run(event.text);
  }

  #run(line: string): void {
    const lastLine = this.#prompt.split('\n').at(-1) ?? '';
    const { text, close, paged } = runLine(this.#platform, this.#session, line, lastLine.length);
    const cut = this.#session.device.quirks?.cutAfterCharacters;
    if (cut !== undefined && line.startsWith('sh')) {
      this.#output.write(returns(text).slice(0, cut));
      this.#output.cut();
      return;
    }
    const { screenLength, device } = this.#session;
    const always = device.quirks?.alwaysPages === true ? 24 : screenLength;
    this.#pager = new Pager(this.#platform.pager, text, paged ? always : 0);
    this.#output.write(this.#pager.start());
    if (close) this.#output.close();
    else if (!this.#pager.waiting) this.#showPrompt();
  }

  #turnPage(pager: Pager, key: string): void {
    this.#output.write(pager.key(key));
    if (!pager.waiting) this.#showPrompt();
  }

  #help(typed: string): void {
    const words = typed.trimStart().split(/\s+/u);
    const last = words.pop() ?? '';
    const found = words.length === 0 ? null : resolveCommand(this.#platform.commands, words);
    const choices =
      found === null
        ? this.#platform.commands.map(({ words: known }) => known.split(' ')[0] ?? '')
        : found.kind === 'incomplete'
          ? found.choices
          : [];
    const lines = [...new Set(choices)].filter((choice) => choice.startsWith(last)).map((choice) => `  ${choice}\n`);
    this.#output.write(returns(lines.length === 0 ? '  <cr>\n' : lines.join('')));
    this.#showPrompt();
    this.#output.write(typed);
  }

  #showPrompt(): void {
    this.#prompt = this.#platform.prompt(this.#session);
    this.#output.write(returns(this.#prompt));
  }
}

/** Line ends as a terminal wants them. */
function returns(text: string): string {
  return text.replaceAll('\n', '\r\n');
}
