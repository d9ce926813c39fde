import { z } from 'zod';
import type { Platform } from '../../source/model/platform.ts';
import type { SimulatedImage } from '../../source/simulator/image.ts';
import { PACE, type Pace } from '../../source/upgrades/engine/pace.ts';

export const LOGIN = { user: 'netops', password: 'only-for-the-benchmark' } as const;

export const IMAGE_SERVER = 'scp://images@192.0.2.9/srv/images';

/** A device of the simulator's process, and how to reach it. */
export const runningSchema = z.object({
  hostname: z.string(),
  host: z.string(),
  port: z.number(),
  hostKey: z.string(),
});
export type RunningDevice = z.infer<typeof runningSchema>;

/** What the devices of a platform are, and what they are upgraded to. */
export interface Kind {
  readonly platform: Platform;
  readonly vendor: string;
  readonly model: string;
  readonly version: string;
  readonly image: SimulatedImage;
}

const DIGESTS = { sha256: 'a'.repeat(64), sha512: 'b'.repeat(128) } as const;
const SIZE = 905_283_584;

/** Routers are of these in turn. */
export const KINDS: readonly Kind[] = [
  {
    platform: 'ios-xe',
    vendor: 'Cisco',
    model: 'ASR1002-HX',
    version: '17.09.04a',
    image: { fileName: 'asr1000-universalk9.17.12.03.SPA.bin', version: '17.12.03', sizeBytes: SIZE, ...DIGESTS },
  },
  {
    platform: 'junos',
    vendor: 'Juniper',
    model: 'MX204',
    version: '21.4R3-S5',
    image: { fileName: 'junos-install-mx-x86-64-22.4R3-S2.tgz', version: '22.4R3-S2', sizeBytes: SIZE, ...DIGESTS },
  },
  {
    platform: 'eos',
    vendor: 'Arista',
    model: '7280SR3-48YC8',
    version: '4.30.1F',
    image: { fileName: 'EOS64-4.31.2F.swi', version: '4.31.2F', sizeBytes: SIZE, ...DIGESTS },
  },
];

/** The kind of the router with this number. */
export function kindOf(index: number): Kind {
  const kind = KINDS[index % KINDS.length];
  if (kind === undefined) throw new Error('There are no kinds of routers.');
  return kind;
}

/** Its id, and its host name. */
export function nameOf(index: number): string {
  return `router-${String(index).padStart(5, '0')}`;
}

/** Limits as in production; looks as often as their time passes, but not so often that looking is what is measured. */
export function paceOf(timeScale: number): Pace {
  return { ...PACE, look: Math.max(500, PACE.look / timeScale), retry: 1000 };
}
