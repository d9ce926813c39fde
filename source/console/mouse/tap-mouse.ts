import { createMouseDecoder, type MouseEvent } from './decode-mouse.ts';

/**
 * Hears the mouse before Ink does, which drops its reports: what Ink reads of the input is without them. While the mouse is off nothing is
 * looked at. Returns how to stop.
 */
export function tapMouse(
  stdin: NodeJS.ReadableStream,
  isOn: () => boolean,
  act: (event: MouseEvent) => void,
): () => void {
  const read = stdin.read.bind(stdin);
  const decode = createMouseDecoder();
  const own = Object.hasOwn(stdin, 'read');
  stdin.read = (size) => {
    const heard: string | Buffer | null = read(size);
    if (heard === null || !isOn()) return heard;
    const { events, rest } = decode(String(heard));
    for (const event of events) act(event);
    return rest;
  };
  return () => {
    if (own) stdin.read = read;
    else Reflect.deleteProperty(stdin, 'read');
  };
}
