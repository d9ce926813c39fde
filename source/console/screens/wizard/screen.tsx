import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Line, Lines } from '../../components/line.tsx';
import { stepParts } from '../../components/steps.ts';
import { plural } from '../../format/numbers.ts';
import { formatScroll } from '../../format/scroll.ts';
import { decidingSlice, stopDecidingWith } from '../../loaders/deciding.ts';
import { watchWorkers, workersSlice } from '../../loaders/workers.ts';
import type { KeyTarget } from '../../keys/key-press.ts';
import { defineScreen } from '../../screen.ts';
import type { ConsoleServices } from '../../services.ts';
import { zoneSlice } from '../../state/session.ts';
import { textTarget } from '../../state/text-state.ts';
import { useNow } from '../../state/use-now.ts';
import { useBody, useServices, useSlice } from '../../state/use-selector.ts';
import { fitParts, spreadParts } from '../../text/parts.ts';
import { wizardRoute } from '../routes.ts';
import { wizardCommands } from './commands.ts';
import { changeForm, wizardSlice } from './drafts.ts';
import { loadWizard } from './load.ts';
import { pageInSight } from './pages.ts';
import { confirmationOf, includedRouters } from './plan.ts';
import { fieldTarget } from './fields.ts';
import { PAGES, type WizardForm } from './state.ts';

/** Ages and spans are drawn anew this often. */
const TICK_MS = 10_000;

function WizardScreen(): ReactNode {
  const { theme } = useServices();
  const body = useBody();
  const form = useSlice(wizardSlice);
  const clock = useSlice(zoneSlice);
  const workers = useSlice(workersSlice);
  const deciding = useSlice(decidingSlice);
  const now = useNow(TICK_MS);
  const { columns: width, rows: height } = body;
  const { lines, top, room, problem } = pageInSight(form, clock, now, body, workers, deciding);
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
        <Lines lines={lines.slice(top, top + room).map((parts) => fitParts(theme, [' ', ...parts], width))} />
      </Box>
      <Lines lines={problem.map((text) => fitParts(theme, [' ', { tone: 'bad', text }], width))} />
    </Box>
  );
}

function titleOf(form: WizardForm): string {
  if (form.data === null) return 'Upgrade';
  const count = includedRouters(form).length;
  return `Upgrade ${count === 1 ? confirmationOf(form) : plural(count, 'router')}`;
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
  return fieldTarget(services);
}

export const wizardScreen = defineScreen({
  route: wizardRoute,
  component: WizardScreen,
  commands: wizardCommands,
  focus,
  status(services) {
    const form = services.store.get(wizardSlice);
    const now = services.context.now().getTime();
    const { store } = services;
    const workers = store.get(workersSlice);
    const { lines, top, room } = pageInSight(
      form,
      store.get(zoneSlice),
      now,
      services.body(),
      workers,
      store.get(decidingSlice),
    );
    return formatScroll({ top, room, count: lines.length });
  },
  async load(services, { routerIds }, signal) {
    stopDecidingWith(services, signal);
    await Promise.all([loadWizard(services, routerIds, signal), watchWorkers(services, signal)]);
  },
});
