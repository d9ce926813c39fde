import { z } from 'zod';
import { startSimulatedDevices } from '../../source/simulator/fleet.ts';
import { answerParent, tellParent } from './child.ts';
import { kindOf, KINDS, LOGIN, nameOf } from './devices.ts';

const questionSchema = z.object({ devices: z.number(), timeScale: z.number() });

answerParent(async (question) => {
  const { devices: count, timeScale } = questionSchema.parse(question);
  const bootedAt = new Date(Date.now() - 40 * 86_400_000);
  const devices = Array.from({ length: count }, (_, index) => {
    const { image: _image, ...kind } = kindOf(index);
    const times = { bootedAt, reloadSeconds: 200, copyBytesPerSecond: 5e6 };
    return { ...kind, ...LOGIN, ...times, hostname: nameOf(index), serial: `SIM${index}` };
  });
  const fleet = await startSimulatedDevices(devices, {
    timeScale,
    images: KINDS.map(({ image }) => image),
    onLogin: ({ hostname, accepted }) => {
      if (accepted) tellParent({ hostname, at: Date.now() });
    },
  });
  return fleet.devices.map(({ hostname, host, port, hostKey }) => ({ hostname, host, port, hostKey }));
});
