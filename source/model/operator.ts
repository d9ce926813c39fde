import type { Role } from './role.ts';

/** A person who uses the console. */
export interface Operator {
  readonly id: string;
  /** Login name, unique: `ana`. */
  readonly name: string;
  readonly displayName: string;
}

/** One organization that an operator belongs to, and as what. */
export interface Membership {
  readonly organizationId: string;
  readonly slug: string;
  readonly organizationName: string;
  readonly role: Role;
}

/** Where a change comes from, as the audit trail names it. */
export type AuditSource = 'console' | 'cli' | 'worker' | 'mcp' | 'collector';

/** Who makes a change, in which role, through what: goes with every write, into its audit row. */
export interface Actor {
  readonly operator: Operator;
  readonly role: Role;
  readonly source: AuditSource;
  /** One id from the key press to the last row it causes. */
  readonly correlationId: string;
  /** The MCP token that it came with. */
  readonly mcpTokenId?: string;
}
