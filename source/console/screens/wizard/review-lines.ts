import type { Schedule } from '../../../model/schedule.ts';
import { UPGRADE_STEPS } from '../../../model/upgrade.ts';
import { ago } from '../../format/age.ts';
import { formatBytes, plural } from '../../format/numbers.ts';
import { formatSchedule } from '../../format/schedule.ts';
import type { ClockMode } from '../../format/times.ts';
import type { WorkersSeen } from '../../loaders/workers.ts';
import type { Part } from '../../text/parts.ts';
import { fit } from '../../text/width.ts';
import { imagesOf, includedRouters, leftOutRouters, modelGroups } from './plan.ts';
import { wavesInWords } from './plan-lines.ts';
import { plannedStart } from './schedule.ts';
import { rangeLines } from './schedule-lines.ts';
import type { WizardForm } from './state.ts';

type LineParts = readonly Part[];

const LABEL_WIDTH = 8;

/** Page 4: all that will be written, before it is; what holds for all of it first, for there may be a thousand routers. */
export function reviewLines(
  form: WizardForm,
  clock: ClockMode,
  now: Date,
  workers: WorkersSeen | null,
): readonly LineParts[] {
  const routers = includedRouters(form);
  const leftOut = leftOutRouters(form).map(({ hostname }) => hostname);
  const start = plannedStart(form, clock, now);
  const starts = start.ok ? start.starts : new Map<string, never>();
  const dry = form.mode === 'dry-run';
  const waves = wavesInWords(form);
  const reference = form.changeReference.value.trim();
  const zones = form.when === 'now' ? (['utc'] as const) : (['site', 'utc'] as const);
  const startLines = zones.flatMap((zone) => rangeLines(form, starts, zone, now));
  return [
    [{ tone: 'title', text: `${plural(routers.length, dry ? 'dry-run' : 'upgrade')} to request` }],
    ...(dry ? [field('mode', 'dry-run: goes through it at once, and changes nothing on the device')] : []),
    ...modelGroups(form).flatMap(({ name, image }): LineParts[] =>
      image === null
        ? []
        : [
            field('image', `${name}: ${image.fileName}  `, formatBytes(image.sizeBytes)),
            field('', '', `sha256 ${image.sha256}`),
          ],
    ),
    ...[...new Set(startLines)].map((line, index) =>
      field(index === 0 ? 'start' : '', line, dry && index === 0 ? '  for real' : ''),
    ),
    ...(waves === null ? [] : [field('waves', waves[0]), field('', '', waves[1])]),
    field('gates', gatesText(form, now)),
    reference === '' ? field('change', '', 'no reference') : field('change', reference),
    ...(leftOut.length === 0 ? [] : [field('without', '', `${leftOut.length}: ${leftOut.slice(0, 12).join(', ')}`)]),
    field('writes', '', `an upgrade, its ${UPGRADE_STEPS.length} steps and an audit row for each, in one transaction`),
    ...afterwards(form, workers),
    [],
    ...routerLines(form, starts, clock),
  ];
}

/** What becomes of it once it is written. */
export function afterwards(form: WizardForm, workers: WorkersSeen | null): readonly LineParts[] {
  if (form.mode === 'dry-run') {
    const begins =
      workers?.workers === 0 ? 'No worker is connected: it begins when one is.' : 'A worker begins it at once.';
    return [
      [{ tone: 'info', text: `Nobody has to approve a dry-run. ${begins}` }],
      [{ tone: 'info', text: 'When it went well, R on its screen requests the same for real.' }],
    ];
  }
  const text = 'Another operator has to approve';
  if (workers === null) return [[{ tone: 'warn', text: `${text}.` }]];
  if (workers.workers > 0) {
    const when = form.when === 'now' ? 'at once' : 'when it is due';
    return [[{ tone: 'warn', text: `${text}; then a worker begins it ${when}.` }]];
  }
  return [
    [{ tone: 'warn', text: `${text}. No worker is connected: what is approved` }],
    [{ tone: 'warn', text: 'stays approved, and nothing is started.' }],
  ];
}

function routerLines(form: WizardForm, starts: ReadonlyMap<string, Schedule>, clock: ClockMode): readonly LineParts[] {
  const images = imagesOf(form);
  // Routers of a policy share their start: a thousand routers have a handful of times, and formatting one is slow.
  const words = new Map<Schedule, Map<string, string>>();
  const inWords = (schedule: Schedule, timeZone: string): string => {
    const byZone = words.get(schedule) ?? new Map<string, string>();
    const text = byZone.get(timeZone) ?? formatSchedule(schedule, clock, timeZone);
    words.set(schedule, byZone.set(timeZone, text));
    return text;
  };
  return includedRouters(form).map((router): LineParts => {
    const schedule = starts.get(router.id);
    const when = schedule === undefined ? '' : inWords(schedule, router.timeZone);
    return [
      ` ${fit(router.hostname, 20)} ${fit(router.site ?? '–', 6)} ${router.runningVersion}`,
      { tone: 'muted', text: ' → ' },
      `${images.get(router.id)?.version ?? ''}  `,
      { tone: 'muted', text: when },
    ];
  });
}

function gatesText({ evidence }: WizardForm, now: Date): string {
  const count = new Set([...(evidence?.decisions.values() ?? [])].flatMap(({ gates }) => gates.map(({ id }) => id)))
    .size;
  if (evidence === null) return 'not judged';
  return `all ${count} pass, judged ${ago(now.getTime() - evidence.at)}; judged again when it is written`;
}

function field(label: string, value: string, note = ''): LineParts {
  return [{ tone: 'muted', text: fit(label, LABEL_WIDTH) }, value, { tone: 'muted', text: note }];
}
