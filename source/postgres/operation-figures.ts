import type { Database } from './database.ts';

/** One number over all organizations. `state` tells those of one figure apart; empty where there is one. */
export interface OperationFigure {
  readonly figure: string;
  readonly state: string;
  readonly value: number;
}

/** How upgrades, webhooks and the audit trail stand. For netup_worker; rejects with `DatabaseUnavailable`. */
export async function readOperationFigures({
  unscoped,
}: Pick<Database, 'unscoped'>): Promise<readonly OperationFigure[]> {
  return unscoped<OperationFigure[]>`SELECT figure, state, value FROM operation_figures()`;
}
