import type { Tool } from '../tool.ts';
import type { PostgresContext } from './context.ts';
import { getRouter } from './get-router.ts';
import { getUpgrade } from './get-upgrade.ts';
import { listAudit } from './list-audit.ts';
import { listRouters } from './list-routers.ts';
import { matchPolicy } from './match-policy.ts';
import { proposeUpgrade } from './propose-upgrade.ts';
import { readyForUpgrade } from './ready-for-upgrade.ts';
import { successRate } from './success-rate.ts';

/** What the PostgreSQL server can be asked. */
export const POSTGRES_READING: readonly Tool<PostgresContext>[] = [
  getRouter,
  listRouters,
  matchPolicy,
  readyForUpgrade,
  successRate,
  getUpgrade,
  listAudit,
];

/** With what can be asked for. */
export const POSTGRES_TOOLS: readonly Tool<PostgresContext>[] = [...POSTGRES_READING, proposeUpgrade];
