/** What can go wrong on a simulated device, and be switched on and off while it runs. */
export const FAULTS = [
  /** Nothing fits on its flash. */
  'flash_full',
  /** Cleaning up frees nothing. */
  'cleanup_frees_nothing',
  /** Reading an image through takes 200 s. */
  'slow_hash',
  /** The end of the digest's answer is missing. */
  'digest_without_result',
  /** Its digest of a file is not the file's. */
  'checksum_mismatch',
  /** It answers for half a minute after it was told to go down. */
  'ssh_before_reboot',
  /** Its command line hangs up for half a minute after a boot. */
  'cli_not_ready',
  /** The connection is lost in the middle of the answer to what makes it go down. */
  'socket_dies_in_reload',
  /** It comes back on the old image, whatever it was told. */
  'boots_old_image',
  /** It keeps another image to boot than it was told. */
  'boot_variable_wrong',
  /** Its configuration has fewer lines after a boot. */
  'startup_lost_lines',
  /** After a boot it writes some lines in another way than before, and has new ones. */
  'other_defaults',
  /** A second member runs another version. */
  'member_other_version',
  /** Somebody else installs something. */
  'install_in_progress',
  /** Something half installed is left from before. */
  'stale_install_state',
  /** It writes its version in another way than images do. */
  'version_spelled_differently',
  /** It does not remove what is no longer needed, and prints that it did. */
  'declined_clean_success',
  /** It runs something too old to be upgraded directly. */
  'below_minimum',
  /** The image is for another model. */
  'wrong_image_for_model',
  /** It refuses every login. */
  'authentication_refused',
  /** IOS-XE: it activates and does not boot, and of what takes that back it only knows `install abort`. */
  'activation_stalls',
  /** It refuses to go down. */
  'reload_refused',
  /** It goes down, and stays there. */
  'never_comes_back',
  /** Its clock follows no server. */
  'clock_unsynchronized',
  /** It does not go back to the old software. */
  'rollback_fails',
  /** An interface and a neighbour are down after a boot. */
  'postcheck_interface_down',
  /** The connection is lost in the middle of a copy, which goes on. */
  'copy_dies',
  /** Each look at its log finds one more critical event in it. */
  'critical_events',
] as const;

export type Fault = (typeof FAULTS)[number];

/** On, or on once it has booted so often since it was started. */
export type FaultSetting = boolean | { readonly afterReloads: number };

export type Faults = { readonly [fault in Fault]?: FaultSetting } & {
  /** It asks something nobody expects in the course of this command, such as `write memory`. */
  readonly unknown_prompt?: string;
};
