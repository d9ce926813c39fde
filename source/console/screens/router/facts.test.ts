import { describe, expect, it } from 'vitest';
import { aRouter } from '../../../../test/support/model-examples.ts';
import { versionParts } from './facts.ts';

const NOTE = { tone: 'warn', text: '  not comparable' };

describe('versionParts', () => {
  it.each([
    ['a form that is not known', { runningVersion: 'BLD_V1712' }],
    ['no platform', { platform: null }],
    ['another train', { runningVersion: '15.5(3)S8', targetVersion: '15.9(3)M3' }],
  ] as const)('says that two versions are not comparable: %s', (_, change) => {
    expect(versionParts(aRouter(change))).toContainEqual(NOTE);
  });

  it.each([
    ['a later target', {}],
    ['an earlier one', { targetVersion: '17.3.4' }],
    ['another spelling', { targetVersion: '17.9.4a' }],
    ['no target', { targetVersion: null }],
  ] as const)('says nothing of it with %s', (_, change) => {
    expect(versionParts(aRouter(change))).not.toContainEqual(NOTE);
  });
});
