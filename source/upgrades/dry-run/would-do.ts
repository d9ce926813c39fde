import { z } from 'zod';
import type { StepName } from '../../model/upgrade.ts';
import type { UpgradeRun } from '../../model/upgrade-run.ts';
import { beforeSchema } from '../steps/precheck.ts';

/** What a step of a dry-run leaves for its outcome: what nobody could find out, or what is not as it should be; null if nothing. */
const warningSchema = z.object({ warning: z.string().nullable() });

/** What a step that a dry-run does not come to would do, as one sentence. */
export function wouldDo({ steps, image, toVersion }: UpgradeRun, name: StepName): string {
  switch (name) {
    case 'save_config':
      return 'Would save the configuration.';
    case 'activate':
      return `Would install ${image.fileName} and tell the device to boot ${toVersion}.`;
    case 'reboot_wait':
      return 'Would wait until the device has booted and its command line answers.';
    case 'verify_version':
      return `Would look if every member runs ${toVersion}.`;
    case 'postcheck':
      return `Would compare with ${before(steps)}.`;
    case 'commit':
      return 'Would keep the new version for good.';
    case 'cleanup':
      return 'Would keep the configuration as it is then, and remove old software.';
    case 'precheck':
    case 'backup_config':
    case 'stage_image':
    case 'verify_image':
    case 'preflight_gate':
    case 'rollback':
      return '';
  }
}

/** How a dry-run ended that came to its end. */
export function dryRunOutcome({ steps, fromVersion, toVersion }: UpgradeRun): string {
  const warnings = steps.flatMap(({ evidence }) => warningSchema.safeParse(evidence).data?.warning ?? []);
  const found = warnings.length === 0 ? 'nothing stands in the way of' : 'nothing was found that stands in the way of';
  return [
    `Dry-run: ${found} ${fromVersion} to ${toVersion}.`,
    `The device was not changed and runs ${fromVersion} as before.`,
    ...warnings,
  ].join(' ');
}

function before(steps: UpgradeRun['steps']): string {
  const found = beforeSchema.safeParse(steps.find(({ name }) => name === 'precheck')?.evidence).data?.health;
  if (found === undefined) return 'what precheck found';
  const { interfacesUp, bgpEstablished, routes } = found;
  const counted = [
    counts(interfacesUp.length, 'interface', ' up'),
    counts(bgpEstablished.length, 'BGP neighbour', ''),
    ...(routes === null ? [] : [counts(routes, 'route', '')]),
  ];
  return `what precheck found: ${counted.join(', ')}`;
}

function counts(count: number, what: string, state: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}${state}`;
}
