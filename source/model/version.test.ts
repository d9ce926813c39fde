import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lines, ordered, sideBySide, unknownForms } from '../../test/support/version-examples.ts';
import { PLATFORMS, type Platform } from './platform.ts';
import { compareVersions, runsRelease, sameVersion, versionKey } from './version.ts';

const known: Readonly<Record<Platform, readonly string[]>> = {
  'ios-xe': allOf('ios-xe'),
  junos: allOf('junos'),
  eos: allOf('eos'),
};
const pairOfKnown = fc
  .constantFrom(...PLATFORMS)
  .chain((platform) =>
    fc.tuple(fc.constant(platform), fc.constantFrom(...known[platform]), fc.constantFrom(...known[platform])),
  );

describe('compareVersions', () => {
  it('holds the real versions of each platform in their order', () => {
    expect(PLATFORMS.flatMap((platform) => ordered[platform].flat()).length).toBeGreaterThanOrEqual(60);
    for (const platform of PLATFORMS) {
      const rows = ordered[platform];
      rows.forEach((row, index) =>
        rows.forEach((other, otherIndex) => {
          for (const a of row)
            for (const b of other) {
              expect([a, b, compareVersions(platform, a, b)]).toEqual([a, b, Math.sign(index - otherIndex)]);
            }
        }),
      );
    }
  });

  it.each(lines)('orders a line of %s: %j', (platform, line) => {
    line.forEach((a, index) =>
      line.forEach((b, other) =>
        expect([a, b, compareVersions(platform, a, b)]).toEqual([a, b, Math.sign(index - other)]),
      ),
    );
  });

  it.each(sideBySide)('gives no order on %s to %s and %s', (platform, a, b) => {
    expect(versionKey(platform, a)).not.toBeNull();
    expect(versionKey(platform, b)).not.toBeNull();
    expect(compareVersions(platform, a, b)).toBeNull();
    expect(compareVersions(platform, b, a)).toBeNull();
  });

  it.each(unknownForms)('never guesses at %j', (text) => {
    for (const platform of PLATFORMS) {
      expect(versionKey(platform, text)).toBeNull();
      expect(compareVersions(platform, text, text)).toBeNull();
    }
  });

  it('does not read a version of one platform as one of another', () => {
    for (const platform of PLATFORMS)
      for (const other of PLATFORMS.filter((name) => name !== platform))
        for (const text of known[platform]) expect([other, text, versionKey(other, text)]).toEqual([other, text, null]);
    expect(compareVersions(null, '17.9.4', '17.9.5')).toBeNull();
  });

  it('is a total order wherever it gives one: antisymmetric, and transitive', () => {
    fc.assert(
      fc.property(
        pairOfKnown.chain(([platform, a, b]) =>
          fc.tuple(fc.constant(platform), fc.constant(a), fc.constant(b), fc.constantFrom(...known[platform])),
        ),
        ([platform, a, b, c]) => {
          const ab = compareVersions(platform, a, b);
          const back = compareVersions(platform, b, a);
          expect(back).toBe(ab === null ? null : ab === 0 ? 0 : -ab);
          const bc = compareVersions(platform, b, c);
          if (ab === null || bc === null || ab > 0 || bc > 0) return;
          expect(compareVersions(platform, a, c)).not.toBe(1);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe('versionKey', () => {
  it('sorts by bytes as compareVersions does', () => {
    fc.assert(
      fc.property(pairOfKnown, ([platform, a, b]) => {
        const order = compareVersions(platform, a, b);
        if (order === null) return;
        const keys = [versionKey(platform, a) ?? '', versionKey(platform, b) ?? ''].map((key) => Buffer.from(key));
        expect(Buffer.compare(keys[0] ?? Buffer.of(), keys[1] ?? Buffer.of())).toBe(order);
      }),
      { numRuns: 3000 },
    );
  });

  it('gives generated releases the order of their numbers', () => {
    const number = fc.integer({ min: 0, max: 99 });
    const release = fc.tuple(fc.integer({ min: 16, max: 99 }), number, fc.integer({ min: 0, max: 999 }));
    fc.assert(
      fc.property(release, release, fc.boolean(), (a, b, padded) => {
        const write = (parts: readonly number[]): string =>
          parts.map((part) => String(part).padStart(padded ? 2 : 1, '0')).join('.');
        const order = Math.sign(a[0] - b[0]) || Math.sign(a[1] - b[1]) || Math.sign(a[2] - b[2]);
        expect(compareVersions('ios-xe', write(a), write(b))).toBe(order);
      }),
    );
  });

  it('is plain ASCII, so that COLLATE "C" and this program agree', () => {
    for (const platform of PLATFORMS)
      for (const text of known[platform]) expect(versionKey(platform, text)).toMatch(/^[0-9A-Za-z.-]+$/u);
  });
});

describe('sameVersion and runsRelease', () => {
  it('takes equal spellings for one version, and equal text of an unknown form too', () => {
    expect(sameVersion('ios-xe', '17.09.04', '17.9.4')).toBe(true);
    expect(sameVersion('ios-xe', '17.09.04a', '17.9.4')).toBe(false);
    expect(sameVersion('ios-xe', 'BLD_V1712', ' BLD_V1712')).toBe(true);
    expect(sameVersion(null, '17.09.04', '17.9.4')).toBe(false);
  });

  it('lets a release stand for its builds, never one build for another', () => {
    expect(runsRelease('junos', '22.4R3-S2.11', '22.4R3-S2')).toBe(true);
    expect(runsRelease('junos', '22.4R3-S2', '22.4R3-S2.11')).toBe(true);
    expect(runsRelease('junos', '22.4R3-S2.11', '22.4R3-S2.12')).toBe(false);
    expect(runsRelease('junos', '22.4R3-S2.11', '22.4R3')).toBe(false);
    expect(runsRelease('junos', '20.4R3-S1.3-EVO', '20.4R3-S1')).toBe(false);
    expect(runsRelease('ios-xe', '17.09.04a.0.6', '17.9.4a')).toBe(true);
    expect(runsRelease('eos', '4.31.2F-35442176.4312F', '4.31.2F')).toBe(true);
    expect(runsRelease('eos', '4.31.2F-cloud', '4.31.2F')).toBe(false);
  });
});

function allOf(platform: Platform): readonly string[] {
  return [
    ...ordered[platform].flat(),
    ...lines.filter(([name]) => name === platform).flatMap(([, line]) => line),
    ...sideBySide.filter(([name]) => name === platform).flatMap(([, a, b]) => [a, b]),
  ];
}
