/**
 * Says on a terminal what is waited for, at once: the code of the console takes a while to load. The function that is returned takes
 * it away again, once. Without a terminal nothing is written.
 */
export function showSplash(stream: NodeJS.WritableStream & { readonly isTTY?: boolean }, text: string): () => void {
  if (stream.isTTY !== true) return () => undefined;
  stream.write(text);
  let shown = true;
  return () => {
    if (shown) stream.write('\r\u001b[K');
    shown = false;
  };
}
