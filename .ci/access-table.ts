// Writes the access matrix into docs/security.md, between its two marks.
import { readFileSync, writeFileSync } from 'node:fs';
import { accessText } from '../test/support/access-matrix.ts';

const file = new URL('../docs/security.md', import.meta.url);
const marked = /(?<=<!-- access-matrix -->\n\n)[^]*?(?=\n\n<!-- \/access-matrix -->)/u;
const text = readFileSync(file, 'utf8');
if (!marked.test(text)) throw new Error('docs/security.md has lost its marks around the access matrix.');
writeFileSync(
  file,
  text.replace(marked, () => accessText()),
);
