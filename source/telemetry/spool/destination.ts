import { createHash } from 'node:crypto';
import path from 'node:path';

/** The folder of lines for one bucket of one server: what waits for another one is never sent to this one. */
export function destinationFolder(
  directory: string,
  { url, org, bucket }: { readonly url: string; readonly org: string; readonly bucket: string },
): string {
  const plain = [new URL(url).host, org, bucket].join('_').replace(/[^\w.-]/gu, '-');
  const exact = createHash('sha256')
    .update(JSON.stringify([url, org, bucket]))
    .digest('hex');
  return path.join(directory, `${plain.slice(0, 100)}_${exact.slice(0, 8)}`);
}
