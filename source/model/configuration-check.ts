import { firstOf } from './comparisons.ts';
import { compareConfigurations } from './compare-configurations.ts';
import type { ConfigurationLine } from './configuration-lines.ts';
import { redactSecrets } from './redact.ts';
import { cleanLine } from './text.ts';
import type { Check } from './upgrade-run.ts';

const LONGEST = 100;

/**
 * Whether a device lost lines of its configuration in an upgrade. A lost line fails: what is missing may be an access list or a login server, which no
 * interface or neighbour tells of. What a new version writes in another way, or adds, is told. Secrets are taken out of what is shown.
 */
export function configurationCheck(before: string, after: string): Check {
  const name = 'configuration';
  const { lines, missing, rewritten, added } = compareConfigurations(before, after);
  const expected = `the ${lines} lines from before`;
  if (after.trim() === '') {
    return {
      name,
      expected,
      actual: 'not said',
      status: 'unknown',
      action: 'Look at the configuration of the device.',
    };
  }
  if (missing.length > 0) {
    const actual = `${missing.length} missing: ${shown(missing, before)}`;
    const action =
      'Look them up in the release notes of the new version; rewrite or remove them before it is tried again.';
    return { name, expected, actual, status: 'fail', action };
  }
  const different = [
    ...(rewritten.length === 0 ? [] : [`${rewritten.length} written in another way: ${shown(rewritten, after)}`]),
    ...(added.length === 0 ? [] : [`${added.length} new: ${shown(added, after)}`]),
  ];
  if (different.length === 0) return { name, expected, actual: 'no line is missing', status: 'pass', action: '' };
  const actual = `no line is missing; ${different.join('; ')}`;
  return { name, expected, actual, status: 'warn', action: 'Read them: the new version wrote them.' };
}

/** The first lines, each with the section it stands in. */
function shown(lines: readonly ConfigurationLine[], configuration: string): string {
  // All of it at once, since what a line holds may show in another one only.
  const harmless = redactSecrets(configuration).split('\n');
  return firstOf(lines, ({ sections, index }) => {
    const text = quoted(harmless[index] ?? '');
    const section = sections.at(-1);
    return section === undefined ? text : `${text} in ${quoted(redactSecrets(section).replace(/\s*\{$/u, ''))}`;
  });
}

function quoted(text: string): string {
  return `"${cleanLine(text).trim().slice(0, LONGEST)}"`;
}
