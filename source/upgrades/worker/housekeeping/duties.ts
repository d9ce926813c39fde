import { oldDeliveriesDuty } from '../../webhooks/webhook-service.ts';
import type { Duty } from '../duty.ts';
import { auditCheckpointsDuty, type CheckpointsOptions } from './audit-checkpoints.ts';
import { auditPartitionsDuty } from './audit-partitions.ts';
import { keptTextsDuty, type KeptTextsOptions } from './kept-texts.ts';
import { oldDecisionsDuty } from './old-decisions.ts';

/** What keeps the database in order, and needs no device. */
export function housekeepingDuties(options: CheckpointsOptions & KeptTextsOptions): readonly Duty[] {
  const { database, log, now } = options;
  return [
    auditPartitionsDuty(database, log),
    auditCheckpointsDuty(options),
    keptTextsDuty(options),
    oldDeliveriesDuty(database, now),
    oldDecisionsDuty(database, log, now),
  ];
}
