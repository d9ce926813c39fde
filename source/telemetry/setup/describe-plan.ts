import { cleanLine } from '../../model/text.ts';
import type { LeftAlone, Step } from './plan.ts';
import { permissionText } from './server-state.ts';

const DAY = 86_400;
const MOST_NAMES = 8;

/** A step in words, for people. */
export function stepLine(step: Step): string {
  switch (step.kind) {
    case 'create-bucket':
      return `+ bucket ${step.bucket.name}, kept for ${kept(step.bucket.retentionSeconds)}`;
    case 'set-retention':
      return `~ bucket ${step.found.name}: kept for ${kept(step.retentionSeconds)}, not ${kept(step.found.retentionSeconds)}`;
    case 'create-task':
      return `+ task ${step.task.name}`;
    case 'change-task':
      return `~ task ${step.task.name}: ${step.changes.join(', ')} as in influx/schema.yml and influx/${step.task.file}`;
    case 'create-token':
      return `+ token ${step.token.name}: ${step.token.permissions.map(({ action, bucket }) => permissionText(action, bucket)).join(', ')}`;
    case 'activate-token':
      return `~ token ${step.name}: switched on`;
    case 'delete-token':
      return `- token ${cleanLine(step.found.name)} (${step.found.id}), whose rights are others: ${cleanLine(step.found.permissions.join(', '))}`;
  }
}

/** What stays as it is, a line for each kind. */
export function leftLines(left: LeftAlone): readonly string[] {
  return Object.entries(left).flatMap(([kind, names]: [string, readonly string[]]) =>
    names.length === 0 ? [] : [`  left as they are, ${kind}: ${listed(names)}`],
  );
}

/** Seconds in words; 0 is for ever. */
function kept(seconds: number): string {
  if (seconds === 0) return 'ever';
  return seconds % DAY === 0 ? `${seconds / DAY} days` : `${seconds / 3600} hours`;
}

function listed(names: readonly string[]): string {
  const some = names
    .slice(0, MOST_NAMES)
    .map((name) => (name === '' ? 'one without a name' : cleanLine(name)))
    .join(', ');
  return names.length > MOST_NAMES ? `${some} and ${names.length - MOST_NAMES} more` : some;
}
