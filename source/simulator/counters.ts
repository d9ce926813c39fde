/** Thousands of devices run in one process. */
const MOST_COMMANDS = 200;

/** What was done to a simulated device since it was started. */
export class Counters {
  /** For each boot, the one it was started with first: how often it was told to go down. More than one is a fault of who told it. */
  readonly reloadCommands: number[] = [0];
  /** How often it went down, told or by itself. */
  reloads = 0;
  /** How many wrote to one file at the same time, at most. */
  writersAtOnce = 0;
  copies = 0;
  activations = 0;
  commits = 0;
  rollbacks = 0;
  /** How often the running configuration was saved. */
  saves = 0;
  readonly #commands: string[] = [];

  /** The last command lines that it was given, oldest first, answers to its questions left out. */
  get commands(): readonly string[] {
    return this.#commands;
  }

  noteCommand(line: string): void {
    if (this.#commands.push(line) > MOST_COMMANDS) this.#commands.shift();
  }
}
