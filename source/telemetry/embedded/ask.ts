import { EmbeddedUnavailable } from './unavailable.ts';

/** Asks the database. Rejects with `EmbeddedUnavailable` only, also when there is no answer after `timeoutMs`. */
export async function ask<T>(address: string, timeoutMs: number, work: () => PromiseLike<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
  });
  try {
    return await Promise.race([work(), late]);
  } catch (error) {
    throw new EmbeddedUnavailable(address, error);
  } finally {
    clearTimeout(timer);
  }
}
