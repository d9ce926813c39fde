import type { Role } from '../../model/role.ts';
import type { ConsoleServices } from '../services.ts';

/** Something that the operator can do with a key. Dispatcher, footer, help and read-only mode all derive from these records. */
export interface Command {
  /** `screen.verb`, unique: `upgrades.approve`. */
  readonly id: string;
  /** A word or two, as the footer says it: `approve`. */
  readonly title: string;
  /** A sentence for the help, where the title does not say it all. */
  readonly description?: string;
  /** Default keys, named as in keys/key-press.ts; the footer shows the first. */
  readonly keys: readonly string[];
  /** Heading in the help: `Move`, `Upgrade`. */
  readonly category: string;
  /** Everywhere, or on the screens with these route ids. A screen's command wins over a global one with the same key. */
  readonly scope: 'global' | readonly string[];
  /** Place in the footer, lowest first; absent: only in the help. */
  readonly hint?: number;
  /** Works over dialogs and while text is written: only for keys that type nothing. */
  readonly always?: boolean;
  /** Changes something: not bound at all in read-only mode. */
  readonly dangerous?: boolean;
  /** Leads to a shell, an editor, a pager or a file: disabled where the console is all that the operator may have. */
  readonly leavesConsole?: boolean;
  readonly requiredRole?: Role;
  /** False: as if it did not exist now, and its keys are free for others. Must be quick; it is asked on every change. */
  readonly when?: (services: ConsoleServices) => boolean;
  /** Why it does not work now, as a sentence for the operator; null if it does. Must be quick. */
  readonly disabledReason?: (services: ConsoleServices) => string | null;
  /**
   * Does it. The state is read from `services.store`, never from what was last drawn: several keys may come before the next frame.
   * A promise keeps the command from running twice at a time. What it throws is shown as a notice: throw errors with a clear sentence.
   */
  readonly run: (services: ConsoleServices) => void | Promise<void>;
}
