import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Line, Lines } from '../../components/line.tsx';
import { stepParts } from '../../components/steps.ts';
import { plural } from '../../format/numbers.ts';
import type { ClockMode } from '../../format/times.ts';
import type { KeyTarget } from '../../keys/key-press.ts';
import { defineScreen } from '../../screen.ts';
import type { ConsoleServices } from '../../services.ts';
import { choiceTarget } from '../../state/choice-target.ts';
import { zoneSlice } from '../../state/session.ts';
import { textTarget } from '../../state/text-state.ts';
import { useNow } from '../../state/use-now.ts';
import { useBody, useServices, useSlice } from '../../state/use-selector.ts';
import { fitParts, type Part, spreadParts } from '../../text/parts.ts';
import { wizardRoute } from '../routes.ts';
import { wizardCommands } from './commands.ts';
import { gateLines } from './gate-lines.ts';
import { imageLines } from './image-lines.ts';
import { loadWizard } from './load.ts';
import { confirmationOf, includedRouters } from './plan.ts';
import { confirmLines, reviewLines } from './review-lines.ts';
import { scheduleLines, WHENS } from './schedule-lines.ts';
import { changeForm, PAGES, type WizardForm, wizardSlice } from './state.ts';

/** Ages and spans are drawn anew this often. */
const TICK_MS = 10_000;
/** The steps, a blank line, and the line for problems. */
const CHROME = 3;
/** Lines of an image on the first page: name and checksum. */
const CHOICE_LINES = 2;

function WizardScreen(): ReactNode {
  const { theme } = useServices();
  const { columns: width, rows: height } = useBody();
  const form = useSlice(wizardSlice);
  const clock = useSlice(zoneSlice);
  const now = useNow(TICK_MS);
  const lines = pageLines(form, clock, now);
  const room = Math.max(1, height - CHROME);
  const wanted = form.page === 'image' ? form.cursor * CHOICE_LINES - Math.floor(room / 2) : form.scroll;
  const from = Math.max(0, Math.min(wanted, lines.length - room));
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Line
        text={spreadParts(
          theme,
          [' ', { tone: 'title', text: titleOf(form) }],
          [...stepParts(PAGES, PAGES.indexOf(form.page)), ' '],
          width,
        )}
      />
      <Line text="" />
      <Box flexDirection="column" height={room}>
        <Lines lines={lines.slice(from, from + room).map((parts) => fitParts(theme, [' ', ...parts], width))} />
      </Box>
      <Line text={fitParts(theme, problemParts(form), width)} />
    </Box>
  );
}

function pageLines(form: WizardForm, clock: ClockMode, now: number): readonly (readonly Part[])[] {
  switch (form.page) {
    case 'image':
      return imageLines(form);
    case 'gates':
      return gateLines(form, now);
    case 'schedule':
      return scheduleLines(form, clock, new Date(now));
    case 'review':
      return reviewLines(form, clock, new Date(now));
    case 'confirm':
      return confirmLines(form);
  }
}

function titleOf(form: WizardForm): string {
  if (form.data === null) return 'Upgrade';
  const count = includedRouters(form).length;
  return `Upgrade ${count === 1 ? confirmationOf(form) : plural(count, 'router')}`;
}

function problemParts({ problem }: WizardForm): readonly Part[] {
  return problem === null ? [] : [{ tone: 'bad', text: ` ✖ ${problem}` }];
}

function focus(services: ConsoleServices): KeyTarget | null {
  const { store } = services;
  const form = store.get(wizardSlice);
  if (form.page === 'confirm' && !form.writing) {
    return textTarget(
      () => store.get(wizardSlice).confirmation,
      (confirmation) => changeForm(services, { confirmation }),
      { paste: false },
    );
  }
  if (form.page !== 'schedule') return null;
  if (form.field === 'at') {
    return textTarget(
      () => store.get(wizardSlice).at,
      (at) => changeForm(services, { at }),
    );
  }
  if (form.field === 'change') {
    return textTarget(
      () => store.get(wizardSlice).changeReference,
      (changeReference) => changeForm(services, { changeReference }),
    );
  }
  return choiceTarget(
    () => WHENS.length,
    () => WHENS.indexOf(store.get(wizardSlice).when),
    (index) => changeForm(services, { when: WHENS[index] ?? 'now' }),
  );
}

export const wizardScreen = defineScreen({
  route: wizardRoute,
  component: WizardScreen,
  commands: wizardCommands,
  focus,
  status: (services) => `page ${PAGES.indexOf(services.store.get(wizardSlice).page) + 1} of ${PAGES.length}`,
  load: (services, { routerIds }, signal) => loadWizard(services, routerIds, signal),
});
