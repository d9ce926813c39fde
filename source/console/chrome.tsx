import { useIsScreenReaderEnabled } from 'ink';
import type { ReactNode } from 'react';
import type { Application } from './application.ts';
import { dialogHints, hintsOf, type Hint } from './commands/hints.ts';
import { footerLine, ruleLine } from './components/footer.ts';
import { headerLine } from './components/header.ts';
import { Line } from './components/line.tsx';
import { promptLines } from './components/prompt-lines.ts';
import type { ConsoleServices } from './services.ts';
import { type Connections, connectionsSlice } from './state/connections.ts';
import { dialogsSlice } from './state/dialogs.ts';
import { navigationSlice } from './state/navigation.ts';
import { type Notice, noticeSlice } from './state/notices.ts';
import { promptSlice, type PromptState } from './state/prompt.ts';
import { organizationSlice } from './state/session.ts';
import { terminalSlice } from './state/terminal.ts';
import { useNow } from './state/use-now.ts';
import { writingNoteSlice } from './state/writing-note.ts';
import { useSelector, useServices, useSlice } from './state/use-selector.ts';

/** The first line: where, as whom, how fresh. It ticks only while a database is away. */
export function HeaderBar(): ReactNode {
  const { theme, context, membership } = useServices();
  const { columns } = useSlice(terminalSlice);
  const stack = useSlice(navigationSlice);
  const { postgres, telemetry } = useSelector(shownConnections, lookTheSame);
  useSlice(organizationSlice);
  const now = useNow(postgres.state === 'down' || telemetry.state === 'down' ? 1000 : null);
  const { slug, role } = membership();
  const text = headerLine(theme, {
    columns,
    organization: slug,
    crumbs: stack.map(({ title }) => title),
    operator: context.operator.name,
    role,
    readOnly: context.readOnly,
    connections: [
      { name: 'pg', connection: postgres },
      { name: context.telemetry.kind === 'influx' ? 'influx' : 'telemetry', connection: telemetry },
    ],
    now,
  });
  return <Line text={text} />;
}

function shownConnections({ store }: ConsoleServices): Connections {
  return store.get(connectionsSlice);
}

/** When a database that is up answered last is not shown, and it answers every few seconds. */
function lookTheSame(left: Connections, right: Connections): boolean {
  const same = (name: keyof Connections): boolean =>
    left[name] === right[name] ||
    (left[name].state === 'up' && right[name].state === 'up' && left[name].roundTripMs === right[name].roundTripMs);
  return same('postgres') && same('telemetry');
}

/** The rule, which carries notices, and the line of keys that work now. */
export function FooterBar({ application }: { readonly application: Application }): ReactNode {
  const { theme } = useServices();
  const { columns } = useSlice(terminalSlice);
  const notice = useSlice(noticeSlice);
  const prompt = useSlice(promptSlice);
  const writingNote = useSlice(writingNoteSlice);
  const { status, hints } = useSelector(
    (services) => footerOf(application, services),
    (left, right) => left.status === right.status && sameHints(left.hints, right.hints),
  );
  if (prompt !== null) {
    const [line, below] = promptLines(theme, prompt, promptHints(prompt), columns);
    return (
      <>
        <Line text={line} />
        <Line text={notice === null ? below : ruleLine(theme, notice, columns)} />
      </>
    );
  }
  return (
    <>
      <NoticeRule notice={notice} columns={columns} />
      <Line text={footerLine(theme, status, hints, columns, writingNote)} />
    </>
  );
}

const ANNOUNCED: Readonly<Record<Notice['tone'], string>> = {
  info: 'Notice',
  good: 'Done',
  warn: 'Warning',
  bad: 'Error',
};

/** The rule above the footer, or the notice in it; a screen reader announces the notice. */
function NoticeRule({ notice, columns }: { readonly notice: Notice | null; readonly columns: number }): ReactNode {
  const { theme } = useServices();
  const reads = useIsScreenReaderEnabled();
  if (reads) return notice === null ? null : <Line text={`${ANNOUNCED[notice.tone]}: ${notice.text}`} />;
  return <Line text={ruleLine(theme, notice, columns)} />;
}

function footerOf(application: Application, services: ConsoleServices): { status: string; hints: readonly Hint[] } {
  const dialog = services.store.get(dialogsSlice).at(-1);
  if (dialog !== undefined) return { status: dialog.spec.title, hints: dialogHints(dialog) };
  const entry = services.navigation.current();
  const screen = application.screenOf(entry);
  if (entry === undefined || screen === undefined) return { status: '', hints: [] };
  const writing = screen.focus(services, entry)?.takesText === true;
  return {
    status: screen.status(services, entry),
    hints: hintsOf(application.registry.on(entry.routeId, services), writing),
  };
}

function promptHints({ spec, completion }: PromptState): readonly Hint[] {
  return [
    ...(completion.candidates.length === 0 ? [] : [{ key: 'tab', title: 'complete' }]),
    { key: '↵', title: spec.title },
    { key: 'esc', title: spec.cancelTitle },
  ];
}

function sameHints(left: readonly Hint[], right: readonly Hint[]): boolean {
  return (
    left.length === right.length &&
    left.every(({ key, title }, at) => key === right[at]?.key && title === right[at].title)
  );
}
