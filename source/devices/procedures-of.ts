import type { Platform } from '../model/platform.ts';
import { eosProcedures } from './platforms/eos/procedures.ts';
import { iosXeProcedures } from './platforms/ios-xe/procedures.ts';
import { junosProcedures } from './platforms/junos/procedures.ts';
import type { PlatformProcedures } from './procedures.ts';

/** One set of procedures a platform: a new platform is a new folder in `platforms/` and a line here. */
export const PROCEDURES: Readonly<Record<Platform, PlatformProcedures>> = {
  'ios-xe': iosXeProcedures,
  junos: junosProcedures,
  eos: eosProcedures,
};
