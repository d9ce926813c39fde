import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { keysText } from './support/keys-text.ts';

const FILE = new URL('../docs/keys.md', import.meta.url).pathname;

// `npm run keys` writes it.
it('docs/keys.md tells of every command and its keys', async () => {
  const text = await format(keysText(), { ...(await resolveConfig(FILE)), parser: 'markdown' });
  await expect(text).toMatchFileSnapshot(FILE);
});
