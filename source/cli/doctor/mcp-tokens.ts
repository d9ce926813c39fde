import { formatSpan } from '../../console/format/age.ts';
import { listMcpTokens, type McpToken } from '../../postgres/mcp-tokens.ts';
import type { ProcessRole } from '../../postgres/safe-role.ts';
import type { Context } from '../context.ts';
import { fail, type Finding, reason, warn } from './finding.ts';
import { organizationsOf } from './organizations.ts';

const CHECK = 'mcp tokens';
const DAY_MS = 86_400_000;
/** Who uses a token has so long to get another one. */
const SOON_MS = 7 * DAY_MS;
/** What expired longer ago nobody misses. */
const MISSED_MS = 30 * DAY_MS;

/** Tokens of assistants that are in use and have expired, or will within a week; nothing where there are none. */
export async function checkMcpTokens(context: Context, role: ProcessRole): Promise<readonly Finding[]> {
  try {
    const findings: Finding[] = [];
    const now = Date.now();
    for (const { id, slug } of await organizationsOf(context, role)) {
      const tokens = await listMcpTokens(context.database.organization(id));
      const current = new Set(tokens.filter((one) => isInForce(one, now)).map(({ name }) => name));
      for (const token of tokens) findings.push(...findingsOf(slug, token, current, now));
    }
    return findings;
  } catch (error) {
    return [fail(CHECK, reason(error), 'The other findings say why.')];
  }
}

function isInForce({ expiresAt, revokedAt }: McpToken, now: number): boolean {
  return revokedAt === null && expiresAt.getTime() > now + SOON_MS;
}

function findingsOf(slug: string, token: McpToken, current: ReadonlySet<string>, now: number): readonly Finding[] {
  const { name, operator, expiresAt, lastUsedAt, revokedAt } = token;
  const left = expiresAt.getTime() - now;
  if (revokedAt !== null || lastUsedAt === null || current.has(name) || left > SOON_MS || left < -MISSED_MS) return [];
  const found =
    left > 0 ? `expires in ${formatSpan(left)}` : `has expired ${formatSpan(-left)} ago, and is refused since then`;
  const advice = `\`netup-tui mcp tokens revoke ${name}\`, then \`mcp tokens add ${name}\` for another one.`;
  return [warn(CHECK, `${slug}: the token ${name} of ${operator} ${found}.`, advice)];
}
