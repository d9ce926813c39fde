import type { DeviceLink } from '../../device-link.ts';

export async function readConfiguration(link: DeviceLink): Promise<string> {
  return link.askQuietly('show configuration');
}

/** A commit saves already; this keeps the configuration as the one to rescue a device with. */
export async function saveRescue(link: DeviceLink): Promise<void> {
  const command = 'request system configuration rescue save';
  link.refuse(command, await link.ask(command), /^(?:error|warning):/iu);
}
