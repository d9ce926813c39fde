import path from 'node:path';
import { readInfluxAdmin } from '../../config/influx-admin.ts';
import { packageRoot } from '../../config/package-root.ts';
import { cleanLine } from '../../model/text.ts';
import { readTaskRuns, type TaskRuns } from '../../telemetry/checks/task-runs.ts';
import { stepLine } from '../../telemetry/setup/describe-plan.ts';
import { openInfluxAdmin } from '../../telemetry/setup/influx-admin.ts';
import { readSchema } from '../../telemetry/setup/read-schema.ts';
import { surveyServer } from '../../telemetry/setup/setup.ts';
import { fail, type Finding, ok, reason } from './finding.ts';
import { checkMigration } from './telemetry-migration.ts';

/** Whether buckets, tokens and tasks are as influx/schema.yml says, how the tasks' last runs ended, and whether a migration was left half done. Needs an administrator. */
export async function checkServer(env: NodeJS.ProcessEnv, now: number): Promise<readonly Finding[]> {
  if ((env['INFLUX_ADMIN_TOKEN'] ?? '') === '' && (env['INFLUX_USER'] ?? '') === '') {
    return [ok('server', 'buckets, tokens and tasks were not looked at: INFLUX_ADMIN_TOKEN is not set')];
  }
  try {
    const settings = readInfluxAdmin(env);
    const schema = await readSchema(path.join(packageRoot, 'influx'));
    const { plan } = await surveyServer(settings, schema, now);
    const changes = plan.steps.map((step) => stepLine(step)).join('\n');
    const server =
      changes === ''
        ? ok('server', 'buckets, tokens and tasks are as influx/schema.yml says')
        : fail('server', `not as influx/schema.yml says:\n${changes}`, 'Run `netup-tui setup influx`.');
    const admin = await openInfluxAdmin(settings);
    try {
      const names = schema.tasks.map(({ name }) => name);
      const runs = await readTaskRuns(admin, names, now);
      return [server, ...taskFindings(runs), ...(await checkMigration(admin, settings.bucket))];
    } finally {
      await admin.close();
    }
  } catch (error) {
    return [fail('server', reason(error), 'Check INFLUX_ADMIN_TOKEN, or INFLUX_USER and INFLUX_PASSWORD.')];
  }
}

function taskFindings(runs: readonly TaskRuns[]): readonly Finding[] {
  const failed = runs.flatMap(({ name, error }) =>
    error === null
      ? []
      : [
          fail(
            'tasks',
            `the last run of ${name} failed: ${cleanLine(error).slice(0, 200)}`,
            'Its next run does the same hours or days again; if that fails, too, see the log of InfluxDB.',
          ),
        ],
  );
  const idle = runs.filter(({ idleSince }) => idleSince !== null);
  const since = new Date(Math.min(...idle.map(({ idleSince }) => idleSince ?? Number.POSITIVE_INFINITY)));
  const findings = [
    ...failed,
    ...(idle.length === 0
      ? []
      : [
          fail(
            'tasks',
            `no run has ended in time of ${idle.map(({ name }) => name).join(', ')}, since ${since.toISOString()}`,
            'A server that was restored runs its tasks once it is restarted, and one with --no-tasks never; then run them by hand for what they missed.',
          ),
        ]),
  ];
  return findings.length > 0 ? findings : [ok('tasks', 'they run in time, and no last run failed')];
}
