/** What a simulated image server has. The content of an image exists nowhere: its size and digests stand for it. */
export interface SimulatedImage {
  readonly fileName: string;
  readonly sizeBytes: number;
  /** Hexadecimal, lower case. */
  readonly sha256: string;
  readonly sha512: string;
  readonly md5?: string;
  readonly version: string;
  /** Models that it runs on; any if left out. */
  readonly models?: readonly string[];
  /** The oldest version that it can be installed over. */
  readonly minimumVersion?: string;
}
