/** What an organization asks of approvals. */
export interface ApprovalRules {
  /** How many people have to approve, none of them the requester. */
  readonly approvers: 1 | 2;
  /** How long an approval holds, from when it was given, or from the upgrade's time if that is later; null: for ever. */
  readonly expiresHours: number | null;
  /** Every request names its change or ticket. */
  readonly referenceRequired: boolean;
}

/** What holds for an organization that set nothing; the table's defaults are the same. */
export const DEFAULT_APPROVAL_RULES: ApprovalRules = { approvers: 1, expiresHours: 168, referenceRequired: false };

/** What was approved: if any of it changes, it was something else. */
export interface ApprovalSubject {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly modelId: string | null;
  readonly targetVersion: string | null;
}

const WORDS: Readonly<Record<keyof ApprovalSubject, string>> = {
  sha256: "the image's digest",
  sizeBytes: "the image's size",
  modelId: "the router's model",
  targetVersion: "the router's target version",
};
const KEYS = ['sha256', 'sizeBytes', 'modelId', 'targetVersion'] as const;

/** What of it is not as it was approved, as words in a sentence; null if all is. */
export function whatChanged(approved: ApprovalSubject, now: ApprovalSubject): string | null {
  const changed = KEYS.filter((key) => approved[key] !== now[key]).map((key) => WORDS[key]);
  return changed.length === 0 ? null : changed.join(' and ');
}

/** An approval as a worker looks at it before it begins an upgrade. */
export interface GivenApproval {
  readonly subject: ApprovalSubject;
  readonly breakGlass: boolean;
}

/** Why approvals do not hold any more, as a sentence; null if they do. Upgrades approved before approvals were kept have none here. */
export function whyVoid(
  approvals: readonly GivenApproval[],
  subject: ApprovalSubject,
  { since, now, expiresHours }: { readonly since: Date; readonly now: Date; readonly expiresHours: number | null },
): string | null {
  for (const approval of approvals) {
    const changed = whatChanged(approval.subject, subject);
    if (changed !== null) return `Since it was approved, ${changed} changed: request it anew.`;
  }
  const emergency = approvals.some(({ breakGlass }) => breakGlass);
  if (emergency || expiresHours === null || now.getTime() <= since.getTime() + expiresHours * 3_600_000) return null;
  return `Its approval held for ${expiresHours} h and is over: request it anew.`;
}
