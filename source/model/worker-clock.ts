/** Milliseconds. NTP keeps clocks within a hundredth of it. */
const RIGHT_WITHIN = 2000;

/** What is wrong with the clock of a computer that is so many milliseconds ahead of the database's, in words that follow it; null if nothing, or if nobody knows. */
export function whyClockWrong(ahead: number | null): string | null {
  if (ahead === null || Math.abs(ahead) <= RIGHT_WITHIN) return null;
  const seconds = Math.abs(ahead) / 1000;
  return `is ${seconds.toFixed(seconds < 100 ? 1 : 0)} s ${ahead > 0 ? 'ahead of' : 'behind'} the database's`;
}
