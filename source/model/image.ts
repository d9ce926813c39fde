/** A firmware image that fits a model. */
export interface FirmwareImage {
  readonly id: string;
  readonly vendor: string;
  readonly version: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly isGolden: boolean;
  readonly minimumVersion: string | null;
  /** Ids of the models it runs on. */
  readonly modelIds: readonly string[];
}
