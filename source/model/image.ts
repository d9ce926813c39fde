/** A firmware image that fits a model. */
export interface FirmwareImage {
  readonly id: string;
  readonly vendor: string;
  readonly version: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Whether it is what routers of the model get: by the organization's mark, or, where it has none for the model, by the mark that all share. */
  readonly isGolden: boolean;
  /** Names of the sites at which it is golden for the model it was asked for. */
  readonly goldenSites: readonly string[];
  readonly minimumVersion: string | null;
  /** Ids of the models it runs on. */
  readonly modelIds: readonly string[];
}
