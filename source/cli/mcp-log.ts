import { secretRemover } from '../config/secrets.ts';
import { cleanLine } from '../model/text.ts';
import { jsonLines, type McpLog } from '../mcp/log.ts';
import { print, type Shell } from './shell.ts';

/** JSON lines on standard error: standard output belongs to the protocol. */
export function mcpLog(shell: Shell, server: string): McpLog {
  const removeSecrets = secretRemover(shell.env);
  // A log that nobody reads any more is no reason to end.
  shell.stderr.on('error', () => undefined);
  return jsonLines(
    server,
    (line) => print(shell.stderr, cleanLine(removeSecrets(line))),
    () => new Date(),
  );
}
