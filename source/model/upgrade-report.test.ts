import { describe, expect, it } from 'vitest';
import { UPGRADE_STEPS, type UpgradeDetail } from './upgrade.ts';
import { type ReportMaterial, reportJson, upgradeReport } from './upgrade-report.ts';
import { reportMarkdown } from './upgrade-report-markdown.ts';

const at = (clock: string): Date => new Date(`2026-11-28T${clock}Z`);

const upgrade: UpgradeDetail = {
  id: '42',
  routerId: 'r1',
  hostname: 'ams-edge-01',
  site: 'ams',
  timeZone: 'Europe/Amsterdam',
  fromVersion: '21.4R3-S5',
  toVersion: '22.4R3-S2',
  status: 'failed',
  schedule: { kind: 'window', opensAt: at('00:00:00'), closesAt: at('04:00:00') },
  requestedBy: 'ben',
  requestedById: 'b',
  requestedAt: at('00:01:00'),
  approvedBy: 'ana',
  approvedAt: at('00:02:00'),
  closedBy: null,
  closedAt: null,
  closeReason: null,
  changeReference: 'CHG | 17',
  startedAt: at('00:03:00'),
  finishedAt: at('00:05:30'),
  outcome: 'stage_image: The device said <b>no\u001b[31m room</b>.\nTwice.',
  wanted: null,
  dryRun: false,
  settled: true,
  activated: false,
  batchId: 'b',
  plan: null,
  verdict: 'approve',
  image: { fileName: 'junos.tgz', sizeBytes: 905, sha256: 'a'.repeat(64) },
  policyId: '3',
  gates: [{ id: 'cpu', title: 'CPU', expected: '≤ 80%', actual: '12%', result: 'pass', advice: '' }],
  steps: UPGRADE_STEPS.slice(0, 2).map((name, index) => ({
    position: index + 1,
    name,
    status: 'success',
    startedAt: at('00:03:00'),
    finishedAt: at('00:03:12'),
    detail: 'done',
    attempt: index + 1,
  })),
};

const material: ReportMaterial = {
  organization: 'acme',
  upgrade,
  checks: [
    { phase: 'pre', name: 'model', expected: 'MX204', actual: 'MX204', status: 'pass', action: '' },
    { phase: 'post', name: 'BGP', expected: '2 up', actual: '1 up', status: 'fail', action: 'Look at it.' },
  ],
  evidence: new Map([['precheck', { bootsNext: 'a\u202eb', health: { routes: 3 } }]]),
  configurations: [{ moment: 'before', takenAt: at('00:03:20') }],
  audit: [
    {
      id: '901',
      timestamp: at('00:01:00'),
      actor: 'ben',
      role: 'operator',
      action: 'upgrade.request',
      targetType: 'upgrade',
      targetId: '42',
      upgradeId: '42',
      routerId: 'r1',
      reason: null,
      source: 'console',
    },
  ],
};

const report = upgradeReport(material, at('06:00:00'));

describe('the report of an upgrade', () => {
  it('is Markdown with all that proves it', () => {
    const markdown = reportMarkdown(report);
    expect(markdown).toContain('# Upgrade 42 of ams-edge-01\n\n21.4R3-S5 to 22.4R3-S2: **failed**');
    expect(markdown).toContain('| start | window 2026-11-28T00:00:00Z to 2026-11-28T04:00:00Z |');
    expect(markdown).toContain('| approved | ana, 2026-11-28T00:02:00Z |');
    expect(markdown).toContain('| over | 2026-11-28T00:05:30Z, after 150 s |');
    expect(markdown).toContain('| configuration before | kept, 2026-11-28T00:03:20Z |');
    expect(markdown).toContain('| 2 | backup_config | success | 2 | 2026-11-28T00:03:00Z | 12.0 | done |');
    expect(markdown).toContain('## Checks afterwards');
    expect(markdown).toContain('| BGP | fail | 2 up | 1 up | Look at it. |');
    expect(markdown).toContain('What `precheck` found:');
    expect(markdown).toContain('| 901 | 2026-11-28T00:01:00Z | upgrade.request | ben (operator) | console |  |');
    expect(markdown).not.toContain('It is not over');
  });

  it('has texts that cannot be more than text', () => {
    const markdown = reportMarkdown(report);
    expect(markdown).toContain(String.raw`> stage_image: The device said \<b\>no room\</b\>. Twice.`);
    expect(markdown).toContain(String.raw`| change | CHG \| 17 |`);
    expect(markdown + reportJson(report)).not.toMatch(/[\u001b\u202e]/u);
  });

  it('is JSON of the same', () => {
    expect(JSON.parse(reportJson(report))).toMatchObject({
      upgrade: '42',
      over: true,
      status: 'failed',
      seconds: 150,
      people: [{ did: 'requested', name: 'ben' }, { did: 'approved' }],
      steps: [
        { name: 'precheck', seconds: 12, evidence: { bootsNext: 'ab' } },
        { attempts: 2, evidence: null },
      ],
      audit: [{ id: '901', at: '2026-11-28T00:01:00.000Z' }],
    });
  });

  it('says when the upgrade is not over', () => {
    const running = {
      ...material,
      upgrade: { ...upgrade, status: 'running', finishedAt: null, outcome: null },
    } as const;
    const markdown = reportMarkdown(upgradeReport(running, at('06:00:00')));
    expect(markdown).toContain('It is not over: this is as of 2026-11-28T06:00:00Z.');
    expect(markdown).not.toContain('| over |');
  });
});
