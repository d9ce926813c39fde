import { Box, useApp, useInput, useIsScreenReaderEnabled, usePaste, type SuspendTerminal } from 'ink';
import { useEffect, useMemo, type ReactNode } from 'react';
import type { Application } from './application.ts';
import { FooterBar, HeaderBar } from './chrome.tsx';
import { DialogLayer } from './components/dialog-layer.tsx';
import { Locked } from './components/locked.tsx';
import { TooSmall } from './components/too-small.tsx';
import { TourLayer } from './tour/tour-layer.tsx';
import { CrashBoundary } from './crash-boundary.tsx';
import { decodeInput } from './keys/decode-input.ts';
import type { Dispatcher } from './keys/dispatcher.ts';
import type { ConsoleServices } from './services.ts';
import { type Lock, lockSlice } from './state/lock.ts';
import { navigationSlice } from './state/navigation.ts';
import { bodySize, isTooSmall, type Size, terminalSlice } from './state/terminal.ts';
import { themeSlice } from './theme/theme-slice.ts';
import { ServicesProvider, useSelector, useSlice } from './state/use-selector.ts';

export interface AppProps {
  readonly application: Application;
  readonly services: ConsoleServices;
  readonly dispatcher: Dispatcher;
  /** A screen could not be drawn. */
  readonly onCrash: (error: Error) => void;
  /** Hands over Ink's way to lend the terminal to somebody else. */
  readonly onReady: (suspendTerminal: SuspendTerminal) => void;
}

/** The whole of the console: everything it shows comes from the state, everything it hears goes to the dispatcher. */
export function App({ application, services, dispatcher, onCrash, onReady }: AppProps): ReactNode {
  return (
    <CrashBoundary onCrash={onCrash}>
      <ServicesProvider value={services}>
        <Keyboard dispatcher={dispatcher} onReady={onReady} />
        <Themed services={services}>
          <Frame application={application} />
        </Themed>
      </ServicesProvider>
    </CrashBoundary>
  );
}

/** Has all draw again in another theme. */
function Themed({
  services,
  children,
}: {
  readonly services: ConsoleServices;
  readonly children: ReactNode;
}): ReactNode {
  const name = useSlice(themeSlice);
  // A copy for each theme: whoever draws reads the services from here, and draws again because they are others.
  const themed = useMemo(() => ({ ...services, theme: services.theme, name }), [services, name]);
  return <ServicesProvider value={themed}>{children}</ServicesProvider>;
}

/** What is on the screen, without anybody at the keys. */
export function Picture({ application, services }: Pick<AppProps, 'application' | 'services'>): ReactNode {
  return (
    <ServicesProvider value={services}>
      <Frame application={application} />
    </ServicesProvider>
  );
}

function Keyboard({ dispatcher, onReady }: Pick<AppProps, 'dispatcher' | 'onReady'>): null {
  const { suspendTerminal } = useApp();
  useEffect(() => onReady(suspendTerminal), [onReady, suspendTerminal]);
  useInput((input, key) => {
    for (const press of decodeInput(input, key)) dispatcher.press(press);
  });
  usePaste((text) => dispatcher.paste(text));
  return null;
}

function Frame({ application }: { readonly application: Application }): ReactNode {
  const terminal = useSlice(terminalSlice);
  const { columns, rows } = terminal;
  const lock = useSlice(lockSlice);
  // A frame of exactly the terminal's size: Ink clears and redraws the whole of a taller one.
  return (
    <Box width={columns} height={rows} overflow="hidden" flexDirection="column">
      <Inside application={application} terminal={terminal} lock={lock} />
    </Box>
  );
}

function Inside({
  application,
  terminal,
  lock,
}: {
  readonly application: Application;
  readonly terminal: Size;
  readonly lock: Lock | null;
}): ReactNode {
  if (lock !== null) return <Locked lock={lock} size={terminal} />;
  return isTooSmall(terminal) ? <TooSmall size={terminal} /> : <Screens application={application} />;
}

function Screens({ application }: { readonly application: Application }): ReactNode {
  const body = bodySize(useSlice(terminalSlice));
  const entry = useSlice(navigationSlice).at(-1);
  // What a dialog lies over is not read.
  const asked = useSelector(({ dialogs }) => dialogs.front() !== undefined);
  const behind = useIsScreenReaderEnabled() && asked;
  // The same element for the same visit, so that a screen draws again only when what it selected changed.
  const view = useMemo(
    () => (entry === undefined ? null : application.screenOf(entry)?.view(entry)),
    [application, entry],
  );
  return (
    <>
      <HeaderBar />
      <Box
        display={behind ? 'none' : 'flex'}
        width={body.columns}
        height={body.rows}
        flexDirection="column"
        overflow="hidden"
        flexShrink={0}
      >
        {view}
      </Box>
      <FooterBar application={application} />
      <TourLayer registry={application.registry} />
      <DialogLayer />
    </>
  );
}
