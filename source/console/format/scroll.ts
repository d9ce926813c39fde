/** `lines 3–11 of 22`; empty if all of them fit. */
export function formatScroll({ top, room, count }: { top: number; room: number; count: number }): string {
  return count <= room ? '' : `lines ${top + 1}–${Math.min(count, top + room)} of ${count}`;
}
