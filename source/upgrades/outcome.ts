/** What a request made. */
export interface RequestOutcome {
  /** Common to all of its upgrades. */
  readonly batchId: string;
  /** True: nothing is changed on the devices, and nobody has to approve it. */
  readonly dryRun: boolean;
  /** By host name. */
  readonly upgrades: readonly {
    readonly upgradeId: string;
    readonly routerId: string;
    readonly hostname: string;
  }[];
  /** True if the request had been made before, with the same idempotency key: this time nothing was written. */
  readonly repeated: boolean;
}
