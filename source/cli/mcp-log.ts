import { secretRemover } from '../config/secrets.ts';
import { cleanLine } from '../model/text.ts';
import { jsonLines, type McpLog } from '../mcp/log.ts';
import { print, type Shell } from './shell.ts';

/** JSON lines on standard error: standard output belongs to the protocol. */
export function mcpLog(shell: Shell, server: string): McpLog {
  const removeSecrets = secretRemover(shell.env);
  return jsonLines(
    server,
    (line) => print(shell.stderr, cleanLine(removeSecrets(line))),
    () => new Date(),
  );
}
