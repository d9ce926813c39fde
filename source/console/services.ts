import type { Actor, Membership } from '../model/operator.ts';
import type { OrganizationScope } from '../postgres/database.ts';
import type { ConsoleContext } from './context.ts';
import type { Dialogs } from './state/dialogs.ts';
import type { Navigation } from './state/navigation.ts';
import type { Notice } from './state/notices.ts';
import type { Store } from './state/store.ts';
import type { Size } from './state/terminal.ts';
import type { Theme } from './theme/theme.ts';
import type { ThemeName } from './theme/themes.ts';

/** What commands, loaders and screens work with: the context, the state, and the ways to change what is shown. */
export interface ConsoleServices {
  readonly context: ConsoleContext;
  readonly store: Store;
  readonly navigation: Navigation;
  readonly dialogs: Dialogs;
  /** The theme now; another object after `setTheme`. */
  readonly theme: Theme;
  readonly setTheme: (name: ThemeName) => void;
  /** The organization shown now, and the operator's role in it. */
  readonly membership: () => Membership;
  /** The database, limited to that organization. */
  readonly scope: () => OrganizationScope;
  /** Who acts, with a new correlation id: call it once for each act. */
  readonly actor: () => Actor;
  /** Cells that a screen has for itself. */
  readonly body: () => Size;
  readonly notify: (tone: Notice['tone'], text: string) => void;
  /** Forgets all that belongs to the organization shown now, and starts over in another one. */
  readonly switchOrganization: (organizationId: string) => void;
  readonly quit: () => void;
  /** Puts a text into the clipboard of the operator's terminal, or says why not. */
  readonly copy: (text: string) => void;
  /** What is on the screen now, as plain text. */
  readonly screenText: () => string;
  /** Ends the console for a reason that the operator is told afterwards. */
  readonly endSession: (sentence: string) => void;
  /** Draws every cell anew. */
  readonly redraw: () => void;
  /** Hands the terminal back to the shell until the program is continued. */
  readonly suspend: () => void;
}
