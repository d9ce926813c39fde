/** Which software a device runs, and which it would. Versions, spelled as images spell them. */
export interface Software {
  running: string;
  /** What it goes back to unless the running one is committed. */
  committed: string;
  /** Put in place, not running. */
  staged: string | null;
  /** What it boots the next time, and, on IOS-XE, only that time. */
  next: string | null;
  /** What it ran before; what a rollback goes to. */
  previous: string;
  /** EOS: the file it boots. */
  bootFile: string;
  /** When it goes back by itself. */
  abortAt: Date | null;
  /** What the installer is busy with. */
  busy: string | null;
}
