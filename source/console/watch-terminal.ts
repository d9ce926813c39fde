import { isatty } from 'node:tty';

const LOOK_EVERY_MS = 2000;
const SIGNALS = ['SIGHUP', 'SIGTERM', 'SIGINT'] as const;

export type EndingSignal = (typeof SIGNALS)[number];

export interface TerminalEvents {
  onSignal(signal: EndingSignal): void;
  /** The terminal is gone without a signal: the line dropped where SIGHUP is ignored. */
  onLost(): void;
  /** The program was stopped and goes on; the screen holds whatever the shell put there. */
  onContinued(): void;
  onUncaught(error: unknown): void;
}

type Input = NodeJS.ReadableStream & { readonly fd?: number };

/** Listens for all that ends or interrupts the console from outside. Returns how to stop listening. */
export function watchTerminal(stdin: Input, stdout: NodeJS.WritableStream, events: TerminalEvents): () => void {
  const signals = SIGNALS.map((signal) => [signal, (): void => events.onSignal(signal)] as const);
  const lost = (): void => events.onLost();
  const continued = (): void => {
    // While it was stopped, only the shell was told of a new size.
    process.emit('SIGWINCH', 'SIGWINCH');
    events.onContinued();
  };
  const uncaught = (error: unknown): void => events.onUncaught(error);
  const { fd } = stdin;
  const looking =
    fd === undefined
      ? undefined
      : setInterval(() => {
          if (!isatty(fd)) lost();
        }, LOOK_EVERY_MS).unref();

  for (const [signal, handler] of signals) process.on(signal, handler);
  process.on('SIGCONT', continued);
  process.on('uncaughtException', uncaught);
  process.on('unhandledRejection', uncaught);
  const unwatch = watchStreams(stdin, stdout, events);

  return () => {
    unwatch();
    clearInterval(looking);
    for (const [signal, handler] of signals) process.off(signal, handler);
    process.off('SIGCONT', continued);
    process.off('uncaughtException', uncaught);
    process.off('unhandledRejection', uncaught);
  };
}

/** Listens for a terminal that goes away, and for nothing of the process. Returns how to stop listening. */
export function watchStreams(
  stdin: NodeJS.ReadableStream,
  stdout: NodeJS.WritableStream,
  events: Pick<TerminalEvents, 'onLost'>,
): () => void {
  const lost = (): void => events.onLost();
  for (const event of ['end', 'close', 'error']) stdin.on(event, lost);
  for (const event of ['close', 'error']) stdout.on(event, lost);
  return () => {
    for (const event of ['end', 'close', 'error']) stdin.off(event, lost);
    stdout.off('close', lost);
    // A dead terminal reports its last failed write after the console has ended; the listener for errors stays to hear it.
  };
}
