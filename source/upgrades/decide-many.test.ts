import { describe, expect, it } from 'vitest';
import { DatabaseUnavailable } from '../postgres/database-unavailable.ts';
import { decideMany } from './decide-many.ts';
import { UpgradeRefused } from './errors.ts';
import type { DecisionOutcome } from './run-decision.ts';

const approved = (upgradeId: string): DecisionOutcome => ({
  upgradeId,
  hostname: `host-${upgradeId}`,
  status: 'approved',
  repeated: false,
});
const quiet = (): void => undefined;

describe('many decisions', () => {
  it('go on after one that is refused, and say which and why', async () => {
    const progress: number[] = [];
    const outcome = await decideMany(
      ['1', '2', '3'],
      (id) =>
        id === '2' ? Promise.reject(new UpgradeRefused('conflict', 'It is approved.')) : Promise.resolve(approved(id)),
      { signal: new AbortController().signal, onProgress: (done) => progress.push(done) },
    );
    expect(outcome.decided.map(({ upgradeId }) => upgradeId)).toEqual(['1', '3']);
    expect(outcome.refused).toEqual([{ upgradeId: '2', reason: 'It is approved.' }]);
    expect(outcome.stopped).toBeNull();
    expect(progress).toEqual([1, 2, 3]);
  });

  it('end when the database does not answer, and say what is not known and what was not tried', async () => {
    const outcome = await decideMany(
      ['1', '2', '3', '4'],
      (id) => (id === '2' ? Promise.reject(new DatabaseUnavailable('No answer.')) : Promise.resolve(approved(id))),
      { signal: new AbortController().signal, onProgress: quiet },
    );
    expect(outcome.decided).toHaveLength(1);
    expect(outcome.stopped).toEqual({ reason: 'No answer. Whether upgrade 2 was decided is not known.', untried: 2 });
  });

  it('can be stopped between two', async () => {
    const stop = new AbortController();
    const outcome = await decideMany(['1', '2', '3'], (id) => Promise.resolve(approved(id)), {
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    expect(outcome.decided).toHaveLength(1);
    expect(outcome.stopped).toEqual({ reason: 'It was stopped.', untried: 2 });
  });

  it('pass a defect of the program on', async () => {
    const defect = decideMany(['1'], () => Promise.reject(new TypeError('x is undefined')), {
      signal: new AbortController().signal,
      onProgress: quiet,
    });
    await expect(defect).rejects.toThrow('x is undefined');
  });
});
