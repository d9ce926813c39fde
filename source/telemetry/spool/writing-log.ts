/** Where the writing of telemetry tells what it does; a pino logger is one. */
export interface WritingLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

export const silentLog: WritingLog = { info: () => undefined, warn: () => undefined };
