/**
 * A regular expression of characters that are one UTF-16 unit, one grapheme whatever stands beside them, and one cell wide, so that they
 * need no segmenting. test/ink-caches.test.ts proves it of every one.
 */
export const SINGLE_CELLS = String.raw`^[ -~\u00A1-\u00A8\u00AA-\u00AC\u00AF-\u02FF\u2012-\u2027\u2030-\u203B\u2190-\u21FF\u2200-\u22FF\u2500-\u25FC\u2713-\u2718]*`;
