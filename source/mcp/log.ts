/** What a server says of its work: one JSON line each, on standard error. Arguments of calls are never among the details. */
export type McpLog = (
  level: 'info' | 'warn' | 'error',
  message: string,
  details?: Readonly<Record<string, string | number | boolean | null>>,
) => void;

/** A log that writes each line by `write`. */
export function jsonLines(server: string, write: (line: string) => void, now: () => Date): McpLog {
  return (level, message, details = {}) =>
    write(JSON.stringify({ time: now().toISOString(), level, server, message, ...details }));
}
