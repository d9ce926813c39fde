import path from 'node:path';
import { readInfluxAdmin } from '../../config/influx-admin.ts';
import { packageRoot } from '../../config/package-root.ts';
import { cleanLine } from '../../model/text.ts';
import { failedTasks } from '../../telemetry/checks/task-runs.ts';
import { stepLine } from '../../telemetry/setup/describe-plan.ts';
import { openInfluxAdmin } from '../../telemetry/setup/influx-admin.ts';
import { readSchema } from '../../telemetry/setup/read-schema.ts';
import { surveyServer } from '../../telemetry/setup/setup.ts';
import { fail, type Finding, ok, reason } from './finding.ts';

/** Whether buckets, tokens and tasks are as influx/schema.yml says, and how the tasks' last runs ended. Needs an administrator. */
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
      const failed = await failedTasks(
        admin,
        schema.tasks.map(({ name }) => name),
      );
      return [server, ...(failed.length === 0 ? [ok('tasks', 'no last run failed')] : failed.map(taskFinding))];
    } finally {
      await admin.close();
    }
  } catch (error) {
    return [fail('server', reason(error), 'Check INFLUX_ADMIN_TOKEN, or INFLUX_USER and INFLUX_PASSWORD.')];
  }
}

function taskFinding({ name, error }: { readonly name: string; readonly error: string }): Finding {
  return fail(
    'tasks',
    `the last run of ${name} failed: ${cleanLine(error).slice(0, 200)}`,
    'Its next run does the same hours or days again; if that fails, too, see the log of InfluxDB.',
  );
}
