import { ago } from '../../console/format/age.ts';
import { plural } from '../../console/format/numbers.ts';
import { knownCollectors } from '../../postgres/process-state.ts';
import type { Context } from '../context.ts';
import { fail, type Finding, reason, warn } from './finding.ts';
import { otherVersions } from './workers.ts';

const CHECK = 'collectors';

/** Whether collectors that there were are still there, and hear from their routers; nothing where there were none, or all is well. */
export async function checkCollectors({ database }: Pick<Context, 'database'>): Promise<readonly Finding[]> {
  try {
    const collectors = await knownCollectors(database);
    const there = collectors.filter(({ isThere }) => isThere);
    const gone = collectors.filter(({ isThere }) => !isThere);
    const ended = gone.map(({ host, pid, seenAt }) => {
      const found = `the collector ${pid} on ${host} has ended without a word, ${ago(Date.now() - seenAt.getTime())}`;
      return there.length > 0
        ? warn(CHECK, `${found}; others have its routers.`, 'Start it again; its log says why it ended.')
        : fail(CHECK, `${found}, and none polls its routers.`, 'Start `netup-tui collect`.');
    });
    const silent = there
      .filter((one) => one.silent > 0)
      .map((one) => {
        const found = `${one.silent} of ${plural(one.routers, 'router')} of the collector on ${one.host} do not answer.`;
        const advice = 'They are those with the status offline, or soon will be: `netup-tui router check` tells why.';
        return warn(CHECK, found, advice);
      });
    return [...ended, ...silent, ...otherVersions(CHECK, 'collector', collectors)];
  } catch (error) {
    return [fail(CHECK, reason(error), 'The other findings say why.')];
  }
}
