import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Line, Lines } from '../../components/line.tsx';
import { outageText } from '../../format/outage.ts';
import { formLines, formTop } from '../../forms/form-lines.ts';
import { formTarget } from '../../forms/form.ts';
import { defineScreen } from '../../screen.ts';
import { useNow } from '../../state/use-now.ts';
import { useBody, useServices, useSlice } from '../../state/use-selector.ts';
import { fitParts, type Part } from '../../text/parts.ts';
import { wrapLine } from '../../text/wrap.ts';
import { policyFormRoute } from '../routes.ts';
import { policyFormCommands } from './commands.ts';
import { loadPolicyForm } from './load.ts';
import { isPolicyFormChanged, type PolicyForm, policyFormBinding, policyFormSlice, toldFaults } from './state.ts';

const OUTAGE_TICK_MS = 1000;
const MOST_NOTE_LINES = 2;

function PolicyFormScreen(): ReactNode {
  const services = useServices();
  const { theme } = services;
  const { columns: width, rows: height } = useBody();
  const state = useSlice(policyFormSlice);
  const now = useNow(state.failed ? OUTAGE_TICK_MS : null);
  const { tone, text } = noteOf(state, now);
  const notes = wrapLine(text, width - 2).slice(0, MOST_NOTE_LINES);
  const room = height - notes.length - 1;
  const { lines, focused } = formLines(policyFormBinding(services), toldFaults(state), width - 1);
  const top = formTop(lines.length, focused, room);
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Lines lines={notes.map((line) => fitParts(theme, [' ', { tone, text: line }], width))} />
      <Line text="" />
      <Box flexDirection="column" height={room}>
        <Lines lines={lines.slice(top, top + room).map((parts) => fitParts(theme, [' ', ...parts], width))} />
      </Box>
    </Box>
  );
}

function noteOf(state: PolicyForm, now: number): Exclude<Part, string> {
  const { base, newer, filled, problem, counting, failed, readAt } = state;
  if (problem !== null) return { tone: 'bad', text: `✖ ${problem}` };
  if (failed) return { tone: 'bad', text: outageText(readAt, now) };
  if (newer !== null) {
    return {
      tone: 'warn',
      text: 'Somebody else changed this policy meanwhile: ^R fills the form with it as it is now.',
    };
  }
  if (!filled) return { tone: 'muted', text: 'Reading the policy …' };
  if (counting) return { tone: 'accent', text: 'Counting whose policy this would change …' };
  if (base?.autoApprove === true) {
    return {
      tone: 'warn',
      text: 'The agent may approve by this policy. Once it is changed it may not, until the administrator of the database lets it again.',
    };
  }
  return { tone: 'muted', text: 'Before anything is saved you see whose policy it would change.' };
}

export const policyFormScreen = defineScreen({
  route: policyFormRoute,
  component: PolicyFormScreen,
  commands: policyFormCommands,
  focus: (services) => formTarget(policyFormBinding(services)),
  status: ({ store }) => (isPolicyFormChanged(store.get(policyFormSlice)) ? 'not saved' : ''),
  load: loadPolicyForm,
});
