import { cleanLine } from '../model/text.ts';

/** Milliseconds between two looks at a line that a device has not finished, such as one that counts percents. */
const INTERVAL = 2000;
const CHARACTERS = 100;

/** Passes the end of an unfinished line on, cleaned, if the last one is long ago. */
export function nowAndThen(onLine: ((line: string) => void) | undefined): (line: string) => void {
  let next = performance.now() + INTERVAL;
  return (line) => {
    if (onLine === undefined || line === '' || performance.now() < next) return;
    next = performance.now() + INTERVAL;
    onLine(cleanLine(line).slice(-CHARACTERS));
  };
}
