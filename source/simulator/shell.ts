import { AnswerReader } from './answer-reader.ts';
import type { CliSession } from './cli-session.ts';
import { resolveCommand } from './command.ts';
import { type EditorEvent, LineEditor } from './line-editor.ts';
import { Pager } from './pager.ts';
import type { SimulatedPlatform } from './platform.ts';
import { runLine } from './run-line.ts';
import { HungUp, type Manner, type Terminal } from './terminal.ts';

/** Where a shell prints, and how it hangs up. */
export interface ShellOutput {
  readonly write: (text: string) => void;
  readonly close: () => void;
  /** Destroys the connection in the middle of things. */
  readonly cut: () => void;
}

interface Question {
  readonly reader: AnswerReader;
  readonly manner: Manner;
  readonly resolve: (answer: string) => void;
  readonly reject: (error: HungUp) => void;
}

/** An interactive command line: takes keys, prints what a device would. */
export class Shell {
  readonly #platform: SimulatedPlatform;
  readonly #session: CliSession;
  readonly #output: ShellOutput;
  readonly #editor = new LineEditor();
  #pager: Pager | null = null;
  #prompt = '';
  /** Keys that came before anybody took them: before the first prompt, or while a command was at it. Null: they are taken. */
  #early: string | null = '';
  #question: Question | null = null;
  #lastKey = '';
  /** One key was an answer; many type return after it all the same. */
  #passReturn = false;
  #gone = false;

  constructor(platform: SimulatedPlatform, session: CliSession, output: ShellOutput) {
    this.#platform = platform;
    this.#session = session;
    this.#output = output;
  }

  /** Prints what comes before the first prompt, and the prompt. */
  start(): void {
    const { quirks = {} } = this.#session.machine.device;
    if (quirks.silentAfterLogin === true) return;
    if (this.#session.machine.notReady) {
      this.#write('\nSystem initialization is in progress. Please try again later.\n');
      this.#output.close();
      return;
    }
    this.#output.write(quirks.messageOfTheDay ?? '');
    this.#write(this.#platform.welcome(this.#session));
    if (quirks.questionAfterLogin === undefined) this.#listen();
    else this.#output.write(quirks.questionAfterLogin);
  }

  /** Takes what was typed. */
  type(keys: string): void {
    for (const key of keys) {
      const follows = key === '\n' && this.#lastKey === '\r';
      this.#lastKey = key;
      if (this.#question !== null) {
        if (!follows) this.#answer(this.#question, key);
      } else if (this.#early !== null) {
        if (!follows && !(this.#passReturn && (key === '\r' || key === '\n'))) this.#early += key;
        this.#passReturn = false;
      } else if (this.#pager?.waiting === true) this.#turnPage(this.#pager, key);
      else {
        const { echo, event } = this.#editor.key(key);
        if (this.#session.machine.device.quirks?.noEcho !== true) this.#output.write(echo);
        if (event !== null) this.#act(event);
      }
    }
  }

  /** The connection is gone; what is at it goes on without anybody to tell. */
  hangUp(): void {
    this.#gone = true;
    this.#question?.reject(new HungUp());
  }

  #act(event: EditorEvent): void {
    if (event.kind === 'end') this.#output.close();
    else if (event.kind === 'interrupt') this.#showPrompt();
    else if (event.kind === 'help') this.#help(event.text);
    else this.#run(event.text);
  }

  #run(line: string): void {
    const lastLine = this.#prompt.split('\n').at(-1) ?? '';
    const { text, close, paged, talk } = runLine(this.#platform, this.#session, line, lastLine.length);
    if (talk !== undefined) {
      this.#early = '';
      void this.#talk(talk);
      return;
    }
    const { screenLength, machine } = this.#session;
    const { cutAfterCharacters: cut, alwaysPages } = machine.device.quirks ?? {};
    if (cut !== undefined && line.startsWith('sh')) {
      this.#write(text.slice(0, cut));
      this.#output.cut();
      return;
    }
    this.#pager = new Pager(this.#platform.pager, text, paged ? (alwaysPages === true ? 24 : screenLength) : 0);
    this.#output.write(this.#pager.start());
    if (close) this.#output.close();
    else if (!this.#pager.waiting) this.#showPrompt();
  }

  async #talk(talk: (terminal: Terminal) => Promise<void>): Promise<void> {
    try {
      await talk({
        print: (text) => this.#write(text),
        ask: (question, manner = 'line') => this.#ask(question, manner),
        cut: () => this.#output.cut(),
      });
    } catch (error) {
      if (!(error instanceof HungUp)) throw error;
    }
    if (!this.#gone) this.#listen();
  }

  #ask(question: string, manner: Manner): Promise<string> {
    if (this.#gone) return Promise.reject(new HungUp());
    this.#write(question);
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    this.#question = { reader: new AnswerReader(manner), manner, resolve, reject };
    this.#retype();
    return promise;
  }

  #answer({ reader, manner, resolve, reject }: Question, key: string): void {
    const { echo, answer } = reader.key(key);
    this.#output.write(echo);
    if (answer === undefined) return;
    this.#question = null;
    this.#passReturn = manner === 'key';
    if (answer === null) reject(new HungUp());
    else resolve(answer);
  }

  /** The prompt, and then whatever was typed in the meantime. */
  #listen(): void {
    this.#showPrompt();
    const early = this.#early ?? '';
    this.#early = null;
    this.#passReturn = false;
    this.type(early);
  }

  #retype(): void {
    const early = this.#early ?? '';
    this.#early = '';
    this.type(early);
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
    this.#write(lines.length === 0 ? '  <cr>\n' : lines.join(''));
    this.#showPrompt();
    this.#output.write(typed);
  }

  #showPrompt(): void {
    this.#prompt = this.#platform.prompt(this.#session);
    this.#write(this.#prompt);
  }

  /** Line ends as a terminal wants them. */
  #write(text: string): void {
    if (!this.#gone) this.#output.write(text.replaceAll('\n', '\r\n'));
  }
}
