import { createHash } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../source/postgres/database.ts';
import { imagesForModel } from '../source/postgres/images.ts';
import { type CliResult, databaseVariables, useCli } from './support/cli.ts';
import { useDatabase } from './support/postgres.ts';

const cli = useCli();
const database = useDatabase();
const CONTENTS = 'x'.repeat(3_000_000);
const MX = ['--vendor', 'Juniper', '--version', '23.2R1', '--model', 'MX204'];
let folder = '';
let repository = '';

beforeAll(async () => {
  await database.seed();
  folder = await mkdtemp(path.join(tmpdir(), 'netup-image-cli-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  await database.admin`DELETE FROM golden_images`;
  await database.admin`DELETE FROM firmware_image_models`;
  await database.admin`DELETE FROM firmware_images`;
  await rm(repository || path.join(folder, 'none'), { recursive: true, force: true });
  repository = path.join(folder, 'repository');
  await mkdir(repository);
});

function image(argv: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<CliResult> {
  const { user, password } = database.adminSettings();
  const admin = { PG_ADMIN_USER: user, PG_ADMIN_PASSWORD: password };
  const person = { NETUP_OPERATOR: 'cy', NETUP_ORGANIZATION: 'acme' };
  const env = { ...databaseVariables(database.settings('app_user')), ...admin, ...person, NETUP_IMAGE_DIR: repository };
  return cli.run(['image', ...argv], { ...env, ...more });
}

async function file(name: string, contents = CONTENTS): Promise<string> {
  const found = path.join(folder, name);
  await writeFile(found, contents);
  return found;
}

const audits = (): Promise<readonly unknown[]> =>
  database.admin`SELECT o.slug, target_id FROM audit_events AS a JOIN organizations AS o ON o.id = a.organization_id
    WHERE action = 'image.add' ORDER BY seq, slug`;

describe('image add', () => {
  test('puts a file on record with both digests and into the folder, once', async () => {
    const source = await file('mx.tgz');
    const hex = (algorithm: string): string => createHash(algorithm).update(CONTENTS).digest('hex');
    const flags = [...MX, '--minimum', '20.4R3', '--golden', '--released', '2026-11-24'];
    const added = await image(['add', source, ...flags]);
    expect(added).toMatchObject({
      code: 0,
      stdout: `mx.tgz is on record: 3000000 bytes, SHA-256 ${hex('sha256')}.\nThe file is in ${repository}.\n`,
    });
    expect(added.stderr).toContain('Reading mx.tgz: 30 %\n');
    expect(JSON.parse((await image(['list', '--json'])).stdout)).toEqual([
      {
        vendor: 'Juniper',
        version: '23.2R1',
        fileName: 'mx.tgz',
        sizeBytes: 3_000_000,
        sha256: hex('sha256'),
        sha512: hex('sha512'),
        minimumVersion: '20.4R3',
        isGolden: true,
        releasedOn: '2026-11-24',
        models: ['MX204'],
      },
    ]);
    expect((await image(['list'])).stdout).toMatch(/^Juniper +23\.2R1 +mx\.tgz +3\.0 +golden +20\.4R3 +MX204$/mu);
    expect(await readFile(path.join(repository, 'mx.tgz'), 'utf8')).toBe(CONTENTS);
    expect((await stat(path.join(repository, 'mx.tgz'))).mode & 0o777).toBe(0o640);
    expect(await audits()).toEqual([
      { slug: 'acme', target_id: 'mx.tgz' },
      { slug: 'globex', target_id: 'mx.tgz' },
    ]);
    expect((await image(['add', source, ...MX])).stdout).toContain('mx.tgz was on record: ');
    expect(await audits()).toHaveLength(2);
    expect(await readdir(repository)).toEqual(['mx.tgz']);
  });

  test('completes a record that has no SHA-512, and says where the file must go if there is no folder', async () => {
    const source = await file('mx.tgz');
    await image(['add', source, ...MX]);
    await database.admin`UPDATE firmware_images SET sha512 = NULL`;
    const again = await image(['add', source, ...MX, '--golden'], { NETUP_IMAGE_DIR: '' });
    expect(again.stdout).toMatch(
      /^mx\.tgz was on record, and is completed: .*\nNETUP_IMAGE_DIR is not set, so nothing was copied/u,
    );
    const [row] = await database.admin`SELECT sha512 IS NOT NULL AS whole, is_golden AS golden FROM firmware_images`;
    expect(row).toEqual({ whole: true, golden: true });
  });

  test('changes neither record nor folder when a name on record comes with other contents', async () => {
    await image(['add', await file('mx.tgz'), ...MX]);
    const refused = await image(['add', await file('mx.tgz', 'other'), ...MX]);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^"mx\.tgz" is on record with other contents: /u);
    expect(await readFile(path.join(repository, 'mx.tgz'), 'utf8')).toBe(CONTENTS);
    expect(await readdir(repository)).toEqual(['mx.tgz']);
  });

  test('writes no record where the folder cannot take the file', async () => {
    const refused = await image(['add', await file('mx.tgz'), ...MX], {
      NETUP_IMAGE_DIR: path.join(folder, 'nowhere'),
    });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^The image could not be read from .*mx\.tgz, or copied into .*nowhere: ENOENT/u);
    expect((await image(['list'])).stdout).toBe('There are no images: add one with netup-tui image add.\n');
  });

  test.for([
    [
      ['--vendor', 'Nokia', '--version', '1', '--model', 'X'],
      'There is no vendor "Nokia"; there are: Arista, Cisco, Juniper.',
    ],
    [
      ['--vendor', 'Cisco', '--version', '1', '--model', 'MX204'],
      'There is no model "MX204" of Cisco; there are: ASR1002-HX.',
    ],
    [['--vendor', 'Cisco', '--version', '1'], '--vendor, --version and at least one --model say what the image is.'],
    [[...MX, '--released', '2026-02-30'], '"2026-02-30" is no date'],
  ] as const)('refuses %j in one sentence', async ([flags, fault]) => {
    const { code, stdout, stderr } = await image(['add', await file('mx.tgz'), ...flags]);
    expect({ failed: code !== 0, stdout }).toEqual({ failed: true, stdout: '' });
    expect(stderr).toContain(fault);
  });

  test('refuses what is no file, is empty, or has a name that devices do not take', async () => {
    expect((await image(['add', path.join(folder, 'none.bin'), ...MX])).stderr).toMatch(/^There is no file /u);
    expect((await image(['add', await file('empty.bin', ''), ...MX])).stderr).toContain('is empty, so it is no image');
    expect((await image(['add', await file('a b.bin'), ...MX])).stderr).toMatch(/^"a b\.bin" is no name for an image/u);
  });
});

test('image verify reads the files again, and fails while one is missing or altered', async () => {
  await image(['add', await file('a.tgz', 'aaa'), ...MX]);
  await image(['add', await file('b.tgz', 'bbb'), ...MX]);
  expect(await image(['verify'])).toEqual({
    code: 0,
    stdout: 'b.tgz is as it is on record.\na.tgz is as it is on record.\n',
    stderr: '',
  });
  await writeFile(path.join(repository, 'a.tgz'), 'aab');
  await rm(path.join(repository, 'b.tgz'));
  expect(await image(['verify'])).toMatchObject({
    code: 1,
    stdout: 'b.tgz IS MISSING.\na.tgz IS ALTERED: its size or a digest differs from the record.\n',
  });
  await appendFile(path.join(repository, 'a.tgz'), 'c');
  expect((await image(['verify', 'a.tgz'])).code).toBe(1);
  expect((await image(['verify', 'c.tgz'])).stderr).toContain('There is no image "c.tgz" on record');
  expect((await image(['verify'], { NETUP_IMAGE_DIR: '' })).stderr).toContain('set NETUP_IMAGE_DIR');
});

test('image golden marks an image for the models and sites of one organization, and its routers get it', async () => {
  const { acme, globex, models } = await database.seed();
  await image(['add', await file('old.tgz', 'old'), ...MX, '--golden']);
  await image(['add', await file('new.tgz', 'new'), '--vendor', 'Juniper', '--version', '23.4R1', '--model', 'MX204']);
  const admin = { NETUP_OPERATOR: 'ada' };
  expect((await image(['golden', 'new.tgz'])).stderr).toContain('to mark an image takes the role admin');
  expect(await image(['golden', 'new.tgz'], admin)).toEqual({
    code: 0,
    stdout: 'new.tgz is golden for MX204 in acme.\n',
    stderr: '',
  });
  expect((await image(['golden', 'old.tgz', '--site', 'fra'], admin)).stdout).toBe(
    'old.tgz is golden for MX204 in acme at fra.\n',
  );
  const app = openDatabase(database.settings('app_user'));
  onTestFinished(() => app.close());
  const marks = async (organization: string): Promise<readonly unknown[]> =>
    (await imagesForModel(app.organization(organization), models.mx)).map(({ fileName, isGolden, goldenSites }) => [
      fileName,
      isGolden,
      goldenSites,
    ]);
  expect(await marks(acme.id)).toEqual([
    ['new.tgz', true, []],
    ['old.tgz', false, ['fra']],
  ]);
  expect(await marks(globex.id)).toEqual([
    ['old.tgz', true, []],
    ['new.tgz', false, []],
  ]);
  expect((await image(['golden', 'new.tgz', '--off'], admin)).stdout).toBe(
    'new.tgz is no longer golden for MX204 in acme.\n',
  );
  expect((await image(['golden', 'new.tgz', '--off'], admin)).stdout).toBe('new.tgz had no such mark in acme.\n');
  expect(await marks(acme.id)).toEqual([
    ['old.tgz', true, ['fra']],
    ['new.tgz', false, []],
  ]);
  const rows = await database.admin`SELECT actor_name AS actor, action, target_id AS file, after FROM audit_events
    WHERE action LIKE 'image.%golden' ORDER BY seq`;
  expect(rows.map((row) => ({ ...row }))).toEqual([
    { actor: 'ada', action: 'image.golden', file: 'new.tgz', after: { models: ['MX204'], site: null } },
    { actor: 'ada', action: 'image.golden', file: 'old.tgz', after: { models: ['MX204'], site: 'fra' } },
    { actor: 'ada', action: 'image.not_golden', file: 'new.tgz', after: { models: ['MX204'], site: null } },
  ]);
  expect((await image(['golden', 'none.tgz'], admin)).stderr).toContain('There is no image "none.tgz" on record');
  expect((await image(['golden', 'new.tgz', '--model', 'X'], admin)).stderr).toContain('it runs on: MX204.');
  expect((await image(['golden', 'new.tgz', '--site', 'X'], admin)).stderr).toContain('There is no site "X"');
});
