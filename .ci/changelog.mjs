// What `npm version patch|minor|major` does with the changelog: before, it looks whether anything is written there (a release says
// what it changes); then it gives the section "Unreleased" the new version and the day, and begins an empty one.
//   node .ci/changelog.mjs check|release
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { parser, Release } from 'keep-a-changelog';
import { format, resolveConfig } from 'prettier';

const root = path.join(import.meta.dirname, '..');
const file = path.join(root, 'CHANGELOG.md');
const [action] = process.argv.slice(2);

const changelog = parser(readFileSync(file, 'utf8'));
const next = changelog.releases.find((release) => release.version === undefined);
if (next === undefined || next.isEmpty()) {
  process.stderr.write('CHANGELOG.md has nothing under "Unreleased": write there what changed.\n');
  process.exitCode = 1;
} else if (action === 'release') {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  next.setVersion(version);
  next.setDate(new Date());
  changelog.addRelease(new Release());
  const style = await resolveConfig(file);
  writeFileSync(file, await format(changelog.toString(), { ...style, parser: 'markdown' }));
}
