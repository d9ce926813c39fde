/** Bytes that are read and sent at once: what every SFTP server takes. */
export const CHUNK_BYTES = 32 * 1024;

/** A file of ours on its way. */
export interface Sending {
  readonly bytes: number;
  /** The next {@link CHUNK_BYTES} from this place; fewer at the end of the file. */
  read(from: number): Promise<Buffer>;
  /** Called right before bytes go out; throws if nothing may be sent any more. */
  beforeSend(): void;
  /** So many bytes are sent. */
  sent(bytes: number): void;
}
