import { cleanLine } from '../../../model/text.ts';
import type { Upgrade } from '../../../model/upgrade.ts';
import { pauseUpgrade, resumeUpgrade, retryUpgrade, rollBackUpgrade } from '../../../upgrades/steer.ts';
import { workersSlice } from '../../loaders/workers.ts';
import type { ConsoleServices } from '../../services.ts';
import { decisionServices, hostnameConfirmation, summary, tell } from './decision-parts.ts';

export function askPause(services: ConsoleServices, upgrade: Upgrade): void {
  services.dialogs.open({
    title: `Pause upgrade ${upgrade.id}`,
    tone: 'warn',
    lines: [
      ...summary(services, upgrade),
      '',
      'It stops before its next step, and waits until somebody resumes or cancels it. Once the device was told to go down, it is not stopped any more.',
    ],
    confirm: {
      title: 'pause',
      async run() {
        tell(services, await pauseUpgrade(decisionServices(services), services.actor(), upgrade.id));
      },
    },
  });
}

export function askResumption(services: ConsoleServices, upgrade: Upgrade): void {
  services.dialogs.open({
    title: `Resume upgrade ${upgrade.id}`,
    tone: 'warn',
    lines: [
      ...summary(services, upgrade),
      ...held(upgrade),
      '',
      `It goes on from its next step${afterwards(services)}.`,
    ],
    confirm: {
      title: 'resume',
      async run() {
        tell(services, await resumeUpgrade(decisionServices(services), services.actor(), upgrade.id));
      },
    },
  });
}

/** A retry sets a device in motion again, so it takes the host name as the approval did. */
export function askRetry(services: ConsoleServices, upgrade: Upgrade): void {
  const { line, input, disabledReason } = hostnameConfirmation(upgrade, 'retry');
  services.dialogs.open({
    title: `Retry upgrade ${upgrade.id}`,
    tone: 'warn',
    lines: [
      ...summary(services, upgrade),
      ...held(upgrade),
      '',
      `It goes on from the step that failed${afterwards(services)}.`,
      line,
    ],
    input,
    confirm: {
      title: 'retry',
      disabledReason,
      async run() {
        tell(services, await retryUpgrade(decisionServices(services), services.actor(), upgrade.id));
      },
    },
  });
}

/** It takes a router down for minutes, so it asks for the host name as the approval did. */
export function askRollback(services: ConsoleServices, upgrade: Upgrade): void {
  const { line, input, disabledReason } = hostnameConfirmation(upgrade, 'have it taken back');
  services.dialogs.open({
    title: `Roll upgrade ${upgrade.id} back`,
    tone: 'bad',
    lines: [
      ...summary(services, upgrade),
      '',
      `Before its next step the device is taken back to ${cleanLine(upgrade.fromVersion)}, by a reload, and looked at once more.`,
      line,
    ],
    input,
    confirm: {
      title: 'roll back',
      disabledReason,
      async run() {
        tell(services, await rollBackUpgrade(decisionServices(services), services.actor(), upgrade.id, ''));
      },
    },
  });
}

function held({ outcome }: Upgrade): readonly { readonly tone: 'bad'; readonly text: string }[] {
  return outcome === null || outcome === '' ? [] : [{ tone: 'bad', text: cleanLine(outcome) }];
}

function afterwards({ store }: ConsoleServices): string {
  const workers = store.get(workersSlice);
  if (workers === null) return '';
  return workers.workers === 0 ? ', as soon as a worker is connected: there is none now' : ' at once';
}
