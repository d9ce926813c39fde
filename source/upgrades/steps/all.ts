import type { Step } from '../engine/step.ts';
import { activate } from './activate.ts';
import { backupConfig } from './backup-config.ts';
import { cleanup } from './cleanup.ts';
import { commit } from './commit.ts';
import { postcheck } from './postcheck.ts';
import { precheck } from './precheck.ts';
import { preflightGate } from './preflight-gate.ts';
import { rebootWait } from './reboot-wait.ts';
import { rollback } from './rollback.ts';
import { saveConfig } from './save-config.ts';
import { stageImage } from './stage-image.ts';
import { verifyImage } from './verify-image.ts';
import { verifyVersion } from './verify-version.ts';

/** Every step that an upgrade can have. Their order is in its rows. */
export const STEPS: readonly Step[] = [
  precheck,
  backupConfig,
  stageImage,
  verifyImage,
  preflightGate,
  saveConfig,
  activate,
  rebootWait,
  verifyVersion,
  postcheck,
  commit,
  cleanup,
  rollback,
];
