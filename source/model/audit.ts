/** A row of the audit trail, as screens show it. */
export interface AuditEvent {
  readonly id: string;
  readonly timestamp: Date;
  readonly actor: string;
  readonly role: string;
  /** Dotted verb: `upgrade.request`, `upgrade.approve`, `router.set`. */
  readonly action: string;
  readonly targetType: string;
  readonly targetId: string;
  readonly upgradeId: string | null;
  readonly routerId: string | null;
  readonly reason: string | null;
  readonly source: string;
}
