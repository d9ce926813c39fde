import { appendFile, mkdir, mkdtemp, open, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { array, assert, integer, nat, property, string } from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeRecord, encodeRecord, recordOf } from './record.ts';
import { scanSegment } from './scan-segment.ts';
import { listSegments } from './segment-names.ts';
import { Spool } from './spool.ts';

const MB = 1024 * 1024;

let folder = '';
let lost: [number, string][] = [];
let damaged = 0;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'netup-spool-'));
  lost = [];
  damaged = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function openSpool(maxBytes = 16 * MB, freshBytes = 0): Promise<Spool> {
  return Spool.open({
    folder,
    freshBytes,
    maxBytes,
    onLost: (count, reason) => lost.push([count, reason]),
    onDamaged: (records) => {
      damaged += records;
    },
  });
}

/** All that waits, one text for each batch. */
async function drain(spool: Spool, maxLines = 10): Promise<string[]> {
  const texts: string[] = [];
  for (let batch = await spool.next(maxLines); batch !== null; batch = await spool.next(maxLines)) {
    texts.push(batch.text);
    await spool.forget();
  }
  return texts;
}

test('a record is read as it was written, and no byte of it can change unseen', () => {
  assert(
    property(
      array(
        string({ minLength: 1 }).filter((line) => !line.includes('\n')),
        { minLength: 1 },
      ),
      nat(),
      nat(),
      integer({ min: 1, max: 255 }),
      (lines, time, place, change) => {
        const bytes = encodeRecord(recordOf(lines, time));
        const found = decodeRecord(bytes, 0);
        expect(found).toMatchObject({
          kind: 'record',
          end: bytes.length,
          record: { lines: lines.length, acceptedAt: time },
        });
        const at = place % bytes.length;
        bytes.writeUInt8(bytes.readUInt8(at) ^ change, at);
        expect(decodeRecord(bytes, 0).kind).not.toBe('record');
        expect(decodeRecord(bytes.subarray(0, at), 0).kind).not.toBe('record');
      },
    ),
  );
});

describe('a spool', () => {
  test('gives lines in order, whole records up to the number asked for', async () => {
    const spool = await openSpool();
    for (const lines of [['a', 'b'], ['c'], ['d', 'e', 'f', 'g'], ['h']]) await spool.append(recordOf(lines, 1));
    expect(spool.lines).toBe(8);
    expect(await drain(spool, 3)).toEqual(['a\nb\nc', 'd\ne\nf\ng', 'h']);
    expect(spool.lines).toBe(0);
    expect(spool.bytes).toBe(0);
    await spool.close();
    expect(await listSegments(folder)).toEqual([]);
  });

  test('gives the same whether it finds the last records in memory, on disk, or in both', async () => {
    const lines = Array.from({ length: 500 }, (_, index) => `${index} ${'x'.repeat(index % 40)}`);
    for (const freshBytes of [0, 100, 2000, MB]) {
      const spool = await openSpool(16 * MB, freshBytes);
      const given: string[] = [];
      for (const [index, line] of lines.entries()) {
        await spool.append(recordOf([line], 1));
        if (index % 7 === 3) given.push((await spool.next(5))?.text ?? '');
        if (index % 7 === 3) await spool.forget();
      }
      given.push(...(await drain(spool, 5)));
      expect(given.join('\n').split('\n')).toEqual(lines);
      await spool.close();
      await rm(folder, { recursive: true });
      await mkdir(folder);
    }
  });

  test('gives the same lines again until they are forgotten', async () => {
    const spool = await openSpool();
    await spool.append(recordOf(['a'], 1));
    expect((await spool.next(1))?.text).toBe('a');
    expect((await spool.next(1))?.text).toBe('a');
    await spool.forget();
    expect(await spool.next(1)).toBeNull();
    await spool.close();
  });

  test('goes on over many segments, and removes each when it has been read', async () => {
    const spool = await openSpool(MB);
    const texts = Array.from({ length: 40 }, (_, index) => `${index} ${'x'.repeat(20_000)}`);
    for (const text of texts) await spool.append(recordOf([text], 1));
    expect((await listSegments(folder)).length).toBeGreaterThan(10);
    expect(await drain(spool, 1)).toEqual(texts);
    expect((await listSegments(folder)).length).toBe(1);
    await spool.close();
  });

  test('reads a record that is longer than what it reads at once', async () => {
    const spool = await openSpool();
    const text = 'y'.repeat(5 * MB);
    await spool.append(recordOf([text], 1));
    expect(await drain(spool)).toEqual([text]);
    await spool.close();
  });

  test('never holds more bytes than allowed: the oldest go, and are counted', async () => {
    const spool = await openSpool(MB);
    const texts = Array.from({ length: 100 }, (_, index) => `${index} ${'x'.repeat(20_000)}`);
    for (const text of texts) {
      await spool.append(recordOf([text], 1));
      const sizes = await Promise.all((await listSegments(folder)).map(({ file }) => stat(file)));
      expect(sizes.reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(MB);
    }
    const left = await drain(spool, 1);
    const gone = lost.reduce((sum, [count]) => sum + count, 0);
    expect(gone).toBeGreaterThan(40);
    expect(left).toEqual(texts.slice(gone));
    await spool.close();
  });

  test('does not count as lost what is being sent while its segment goes', async () => {
    const spool = await openSpool(MB);
    for (let index = 0; index < 30; index += 1) await spool.append(recordOf([`${index} ${'x'.repeat(20_000)}`], 1));
    expect((await spool.next(1))?.text).toMatch(/^0 /u);
    for (let index = 30; index < 100; index += 1) await spool.append(recordOf([`${index} ${'x'.repeat(20_000)}`], 1));
    const gone = lost.reduce((sum, [count]) => sum + count, 0);
    await spool.forget();
    expect(await drain(spool, 1)).toHaveLength(99 - gone);
    await spool.close();
  });

  test('passes over damage in the middle, and says how many lines it cost', async () => {
    const spool = await openSpool();
    for (const line of ['aaaa', 'bbbb', 'cccc']) await spool.append(recordOf([line], 1));
    const [segment] = await listSegments(folder);
    await overwrite(segment?.file ?? '', 24 + 20, 'B');
    expect(await drain(spool)).toEqual(['aaaa\ncccc']);
    expect(damaged).toBe(1);
    await spool.append(recordOf(['dddd'], 1));
    expect(await drain(spool)).toEqual(['dddd']);
    expect(lost).toEqual([[1, 'they were damaged on disk']]);
    expect(spool.lines).toBe(0);
    await spool.close();
  });

  test('counts what somebody removed, and goes on', async () => {
    const spool = await openSpool();
    await spool.append(recordOf(['a', 'b'], 1));
    for (const { file } of await listSegments(folder)) await rm(file);
    expect(await drain(spool)).toEqual([]);
    expect(lost).toEqual([[2, 'a file of the spool cannot be read']]);
    await spool.append(recordOf(['c'], 1));
    expect(await drain(spool)).toEqual(['c']);
    await spool.close();
  });

  test('keeps its files to its owner', async () => {
    const spool = await openSpool();
    await spool.append(recordOf(['a'], 1));
    await spool.next(1);
    await spool.forget();
    for (const name of await readdir(folder)) {
      expect([name, (await stat(path.join(folder, name))).mode & 0o777]).toEqual([name, 0o600]);
    }
    await spool.close();
  });
});

test('whatever is cut off a segment or added to it, the whole records before that are found', async () => {
  const file = path.join(folder, 'segment');
  const records = [['one'], ['two', 'three'], ['four']].map((lines) => encodeRecord(recordOf(lines, 5)));
  const whole = Buffer.concat(records);
  const ends = records.map((_, index) => Buffer.concat(records.slice(0, index + 1)).length);
  for (let length = 0; length <= whole.length; length += 1) {
    await writeFile(file, whole);
    await truncate(file, length);
    const kept = ends.filter((end) => end <= length);
    expect(await scanSegment(file, 0)).toMatchObject({
      end: kept.at(-1) ?? 0,
      damaged: ends.includes(length) || length === 0 ? 0 : 1,
    });
  }
  for (const tail of [Buffer.alloc(5000), Buffer.from('garbage that is no record'), Buffer.alloc(30, 255)]) {
    await writeFile(file, whole);
    await appendFile(file, tail);
    expect(await scanSegment(file, 0)).toEqual({ end: whole.length, lines: 4, oldestAt: 5, damaged: 1 });
  }
  expect((await readFile(file)).length).toBeGreaterThan(whole.length);
});

async function overwrite(file: string, position: number, text: string): Promise<void> {
  const handle = await open(file, 'r+');
  await handle.write(Buffer.from(text), 0, text.length, position);
  await handle.close();
}
