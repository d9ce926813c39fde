import type { Actor } from '../model/operator.ts';
import type { McpIdentity } from '../postgres/mcp-callers.ts';

/** Who calls a tool. */
export interface Caller extends McpIdentity {
  readonly organizationId: string;
  /** Null over standard input and output, where the environment says who calls. */
  readonly tokenId: string | null;
}

/** Who stands in the audit trail for what a caller changes. */
export function actorOf(caller: Caller, correlationId: string): Actor {
  const { operator, role, tokenId } = caller;
  return { operator, role, source: 'mcp', correlationId, ...(tokenId === null ? {} : { mcpTokenId: tokenId }) };
}
