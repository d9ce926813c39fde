/**
 * One press. `name` is what commands are bound to: the character itself (`j`, `G`, `/`), or `enter`, `esc`, `tab`, `space`, `backspace`,
 * `delete`, `up`, `down`, `left`, `right`, `pgup`, `pgdn`, `home`, `end`, each perhaps after `alt+`, `ctrl+`, `shift+` (in that order).
 * `text` is what it types into a field; empty for keys that type nothing.
 */
export interface KeyPress {
  readonly name: string;
  readonly text: string;
}

/** Something that gets the keys before the commands do: a text field, a list of choices. */
export interface KeyTarget {
  /** True: keys that type something never reach the commands, taken or not. */
  readonly takesText: boolean;
  /** Returns true if the press was for it. */
  press(key: KeyPress): boolean;
  /** Absent: a paste is refused. */
  paste?(text: string): void;
}
