import { fieldParts } from '../../components/field-parts.ts';
import { formatBytes, plural } from '../../format/numbers.ts';
import { formatSchedule } from '../../format/schedule.ts';
import type { ClockMode } from '../../format/times.ts';
import type { Part } from '../../text/parts.ts';
import { fit } from '../../text/width.ts';
import { UPGRADE_STEPS } from '../../../model/upgrade.ts';
import { confirmationOf, imagesOf, includedRouters, modelGroups } from './plan.ts';
import { plannedStart } from './schedule.ts';
import { rangeText } from './schedule-lines.ts';
import type { WizardForm } from './state.ts';

type LineParts = readonly Part[];

/** Page 4: all that will be written, before it is. */
export function reviewLines(form: WizardForm, clock: ClockMode, now: Date): readonly LineParts[] {
  const routers = includedRouters(form);
  const images = imagesOf(form);
  const start = plannedStart(form, clock, now);
  const starts = start.ok ? start.starts : new Map<string, never>();
  const reference = form.changeReference.value.trim();
  return [
    [{ tone: 'title', text: `${plural(routers.length, 'upgrade')} to request` }],
    [],
    ...modelGroups(form).flatMap(({ name, image }): LineParts[] =>
      image === null
        ? []
        : [
            [`${name}: ${image.fileName}  `, { tone: 'muted', text: formatBytes(image.sizeBytes) }],
            [{ tone: 'muted', text: `  sha256 ${image.sha256}` }],
          ],
    ),
    [],
    ['start   ', rangeText(form, starts, clock, now)],
    ...(clock === 'utc' || form.when === 'now' ? [] : [['        ', rangeText(form, starts, 'utc', now)]]),
    ['change  ', reference === '' ? { tone: 'muted', text: 'no reference' } : reference],
    [],
    ...routers.map((router): LineParts => {
      const schedule = starts.get(router.id);
      const when = schedule === undefined ? '' : formatSchedule(schedule, clock, router.timeZone);
      return [
        ` ${fit(router.hostname, 20)} ${fit(router.site ?? '–', 6)} ${router.runningVersion}`,
        { tone: 'muted', text: ' → ' },
        `${images.get(router.id)?.version ?? ''}  `,
        { tone: 'muted', text: when },
      ];
    }),
    [],
    [
      {
        tone: 'muted',
        text: `Written in one transaction: the upgrade, its ${UPGRADE_STEPS.length} steps and an audit row, for each router.`,
      },
    ],
    [{ tone: 'warn', text: 'Another operator has to approve. No worker is connected: what is approved waits.' }],
  ];
}

/** Page 5: the second deliberate act. */
export function confirmLines(form: WizardForm): readonly LineParts[] {
  const routers = includedRouters(form);
  const expected = confirmationOf(form);
  const sites = new Set(routers.map(({ site }) => site)).size;
  const what =
    routers.length === 1
      ? `the upgrade of ${expected}`
      : `the upgrade of ${plural(routers.length, 'router')} in ${plural(sites, 'site')}`;
  return [
    [{ tone: 'title', text: `Type ${expected} to confirm ${what}.` }],
    [],
    ['  ', ...fieldParts(form.confirmation, { width: 60, focused: !form.writing })],
    [],
    ...(form.writing ? [[{ tone: 'info', text: 'Judging the gates once more and writing …' } as const]] : []),
  ];
}
