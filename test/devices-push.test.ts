import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { PLATFORMS } from '../source/model/platform.ts';
import { upgradable } from './support/upgradable.ts';

const folder = mkdtempSync(join(tmpdir(), 'netup-push-'));
const path = join(folder, 'image.bin');
// No whole number of parts.
const BYTES = randomBytes(3_000_017);
writeFileSync(path, BYTES);
const source = { kind: 'push', path } as const;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(PLATFORMS)('a file sent to %s', (platform) => {
  test('arrives byte by byte, over a login of its own, with progress', async () => {
    const { open, machine } = await upgradable(platform);
    const device = await open();
    const lines: string[] = [];
    await device.copyIn(source, 'netup-1-1-1.part', (line) => lines.push(line));
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.at(-1)).toBe(`100% of ${BYTES.length} bytes sent`);
    expect(await device.fileSize('netup-1-1-1.part')).toBe(BYTES.length);
    const { hex, algorithm } = await device.digest('netup-1-1-1.part');
    expect(hex).toBe(createHash(algorithm).update(BYTES).digest('hex'));
    expect(machine.counters.writersAtOnce).toBe(1);
  });

  test('stops where it is when the lease is lost, and nothing more is sent', async () => {
    const { open, machine } = await upgradable(platform);
    let left = 60;
    const beforeSend = (): void => {
      left -= 1;
      if (left < 0) throw new Error('the lease is lost');
    };
    const device = await open({ beforeSend });
    await expect(device.copyIn(source, 'netup-1-1-1.part', () => undefined)).rejects.toThrow('the lease is lost');
    await expect.poll(() => machine.flash.find('netup-1-1-1.part')?.sha512).not.toBe('');
    expect(machine.flash.find('netup-1-1-1.part')?.sizeBytes).toBeLessThan(BYTES.length);
  });

  test('is given up when that is asked for', async () => {
    const { open } = await upgradable(platform);
    const stopping = new AbortController();
    const device = await open({ signal: stopping.signal });
    const sent = device.copyIn(source, 'netup-1-1-1.part', () => stopping.abort(new Error('stopped')));
    await expect(sent).rejects.toThrow('stopped');
  });

  test('for which there is no room is an error in the device’s words', async () => {
    const { open } = await upgradable(platform, { faults: { flash_full: true } });
    const device = await open();
    await expect(device.copyIn(source, 'netup-1-1-1.part', () => undefined)).rejects.toMatchObject({
      code: 'command_rejected',
      message: expect.stringMatching(/did not take the file: (?:scp: No space left on device|.*[Ff]ailure)/u),
    });
  });

  test('goes to the host key of the login, which is not learned a second time', async () => {
    const { open, target } = await upgradable(platform);
    let known = 0;
    const device = await open({ hostKey: { learn: () => (known += 1) === 1 } });
    await device.copyIn(source, 'netup-1-1-1.part', () => undefined);
    expect(known).toBe(1);
    expect(device.hostKey).toBe('expect' in target.hostKey ? target.hostKey.expect : '');
  });
});
