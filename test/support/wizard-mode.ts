import type { TestTerminal } from './terminal.ts';

/** On the wizard's page for the schedule: not the dry-run that it offers first. */
export async function chooseForReal(terminal: TestTerminal): Promise<void> {
  await terminal.waitFor('(•) dry-run first');
  await terminal.press('tab', 'down');
  await terminal.waitFor('(•) run to the end');
}
