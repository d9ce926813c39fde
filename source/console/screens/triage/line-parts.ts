import type { Role } from '../../../model/role.ts';
import { roleIncludes } from '../../../model/role.ts';
import type { Trouble } from '../../../model/trouble.ts';
import { formatCount } from '../../format/numbers.ts';
import { formatAge } from '../../format/age.ts';
import { type ClockMode, formatTime } from '../../format/times.ts';
import type { Part } from '../../text/parts.ts';
import { fit } from '../../text/width.ts';
import type { PulseLine } from './lines.ts';
import type { EarlierPulse } from './pulse.ts';

/** What the words of a line depend on besides it. */
export interface LineSetting {
  /** Null: there is nothing to compare with. */
  readonly earlier: EarlierPulse | null;
  readonly role: Role;
  readonly zone: ClockMode;
  readonly now: number;
  readonly width: number;
}

const TROUBLE_WORDS: Readonly<Record<Trouble, string>> = {
  cpu: 'CPU too high',
  memory: 'memory low',
  errors: 'critical errors',
  silent: 'silent',
};

const LABEL = 17;
const COUNT = 8;
const CHANGE = 8;
const HOST = 28;
const BARS = 5;

/** A line in parts, without the gutter. */
export function lineParts(line: PulseLine, setting: LineSetting): readonly Part[] {
  if (line.kind === 'trouble') return troubleParts(line, setting);
  if (line.kind === 'router') return routerParts(line, setting);
  return line.kind === 'site' ? siteParts(line, setting) : upgradeParts(line, setting);
}

function troubleParts({ trouble, count }: PulseLine & { kind: 'trouble' }, { earlier }: LineSetting): readonly Part[] {
  return [
    { tone: 'header', text: fit(TROUBLE_WORDS[trouble], LABEL) },
    { tone: count === 0 ? 'good' : 'bad', text: fit(count === 0 ? 'none' : formatCount(count), COUNT, 'right') },
    ' ',
    change(count, earlier?.troubles[trouble].size ?? null),
  ];
}

/** `▲4` worse, `▼1` better, `=` the same. */
function change(count: number, before: number | null): Part {
  if (before === null) return fit('', CHANGE);
  const by = count - before;
  if (by === 0) return { tone: 'muted', text: fit('=', CHANGE) };
  return { tone: by > 0 ? 'bad' : 'good', text: fit(`${by > 0 ? '▲' : '▼'}${formatCount(Math.abs(by))}`, CHANGE) };
}

function routerParts({ trouble, row }: PulseLine & { kind: 'router' }, setting: LineSetting): readonly Part[] {
  const { router } = row;
  const wide = setting.width >= 100;
  const isNew = setting.earlier !== null && !setting.earlier.troubles[trouble].has(router.id);
  return [
    '   ',
    fit(router.hostname, HOST),
    '  ',
    fit(router.site ?? '', wide ? 12 : 8),
    '  ',
    { tone: 'bad', text: fit(figureWords(trouble, row, setting), wide ? 34 : 21) },
    isNew ? { tone: 'warn', text: ' ▲ new' } : '',
  ];
}

function figureWords(
  trouble: Trouble,
  { health, router }: (PulseLine & { kind: 'router' })['row'],
  { now, zone, width }: LineSetting,
): string {
  if (trouble === 'cpu') return `${Math.round(health?.cpuMean ?? 0)}% mean`;
  if (trouble === 'memory') return `${Math.floor(health?.memoryMinFree ?? 0)}% free at least`;
  if (trouble === 'errors') return `${formatCount(health?.criticalErrors ?? 0)} critical`;
  const newest = health?.newestAt ?? null;
  if (newest === null) return 'nothing in 2 h';
  if (width < 100) return `for ${formatAge(now - newest)}`;
  return `since ${formatTime(newest, zone, router.timeZone)}`;
}

function upgradeParts({ about, upgrades }: PulseLine & { kind: 'upgrades' }, { role }: LineSetting): readonly Part[] {
  if (about === 'running') {
    const { running } = upgrades;
    return counted('', running, 'running', running === 0 ? 'muted' : 'info');
  }
  if (about === 'waiting') {
    const { pending, pendingOfOthers } = upgrades;
    const mine = roleIncludes(role, 'approver');
    const count = mine ? pendingOfOthers : pending;
    const others = mine && pending > count ? ` (and ${formatCount(pending - count)} of yours for others)` : '';
    return counted(
      '',
      count,
      `${mine ? 'wait for you to approve' : 'wait for approval'}${others}`,
      count === 0 ? 'muted' : 'warn',
    );
  }
  const { held, failed, rolledBack } = upgrades;
  const words = [
    held === 0 ? '' : `‖ ${formatCount(held)} held`,
    failed === 0 ? '' : `✖ ${formatCount(failed)} failed in 24 h`,
    rolledBack === 0 ? '' : `↩ ${formatCount(rolledBack)} rolled back in 24 h`,
  ];
  const count = held + failed + rolledBack;
  const text = count === 0 ? 'in trouble' : `in trouble: ${words.filter((word) => word !== '').join(', ')}`;
  return counted('upgrades', count, text, count === 0 ? 'muted' : 'bad');
}

function counted(
  label: string,
  count: number,
  words: string,
  tone: 'muted' | 'info' | 'warn' | 'bad',
): readonly Part[] {
  return [
    { tone: 'header', text: fit(label, LABEL) },
    { tone, text: fit(count === 0 ? 'none' : formatCount(count), COUNT, 'right') },
    { tone, text: ` ${words}` },
  ];
}

function siteParts({ site }: PulseLine & { kind: 'site' }, { earlier }: LineSetting): readonly Part[] {
  const filled = Math.max(1, Math.round((site.troubled / site.routers) * BARS));
  return [
    { tone: 'header', text: fit('site', 5) },
    fit(site.site, LABEL - 5),
    { tone: 'bad', text: fit(formatCount(site.troubled), COUNT, 'right') },
    ' ',
    change(site.troubled, earlier === null ? null : (earlier.sites.get(site.site) ?? 0)),
    { tone: 'bad', text: '■'.repeat(filled) },
    { tone: 'muted', text: `${'□'.repeat(BARS - filled)}  of ${formatCount(site.routers)}` },
  ];
}
