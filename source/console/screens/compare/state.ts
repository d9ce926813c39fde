import type { UpgradeDetail } from '../../../model/upgrade.ts';
import type { RecordedCheck } from '../../../postgres/upgrade-checks.ts';
import { defineSlice } from '../../state/slice.ts';
import type { Compared } from './figures.ts';
import type { SpanName, Spans } from './spans.ts';

/** What PostgreSQL says of the upgrade. */
export interface ComparedUpgrade {
  readonly upgradeId: string;
  readonly upgrade: UpgradeDetail | null;
  readonly checks: readonly RecordedCheck[];
  readonly state: 'reading' | 'here' | 'missing';
  readonly readAt: number | null;
  readonly failed: boolean;
}

/** What telemetry says. */
export interface ComparedFigures {
  /** Upgrade and span that they are of. */
  readonly key: string;
  /** A sentence where there is nothing to compare. */
  readonly spans: Spans | string | null;
  readonly router: readonly Compared[];
  readonly interfaces: readonly Compared[];
  /** How many interfaces there are. */
  readonly interfaceCount: number;
  readonly readAt: number | null;
  readonly failed: boolean;
}

export const noUpgrade = (upgradeId: string): ComparedUpgrade => ({
  upgradeId,
  upgrade: null,
  checks: [],
  state: 'reading',
  readAt: null,
  failed: false,
});

export const noFigures = (key: string): ComparedFigures => ({
  key,
  spans: null,
  router: [],
  interfaces: [],
  interfaceCount: 0,
  readAt: null,
  failed: false,
});

export const compareSpanSlice = defineSlice<SpanName>('compare.span', () => '1 h', { keep: true });
export const compareScrollSlice = defineSlice('compare.scroll', () => 0);
export const comparedUpgradeSlice = defineSlice<ComparedUpgrade>('compare.upgrade', () => noUpgrade(''));
export const comparedFiguresSlice = defineSlice<ComparedFigures>('compare.figures', () => noFigures(''));

/** What changed in the configuration, once somebody asked for it. */
export interface ConfigurationDiff {
  readonly upgradeId: string;
  readonly lines: readonly string[];
}

export const configurationDiffSlice = defineSlice<ConfigurationDiff | null>('compare.configuration', () => null);

export function keyOf(upgradeId: string, span: SpanName): string {
  return `${upgradeId} ${span}`;
}
