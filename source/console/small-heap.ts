import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 collect its garbage sooner than it would on a machine with much memory. Otherwise reading a large fleet leaves it with three
 * times what the fleet takes: with a space of 134 MB for new objects, which it never gives back, and with old ones up to twice
 * what is in use. Calls have an effect on what is allocated afterwards.
 */
export function keepHeapSmall(): void {
  // New objects keep the 16 MB that they have at the start.
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=20');
}
