import { beforeAll, describe, expect, test } from 'vitest';
import { databaseVariables, type CliResult, useCli } from './support/cli.ts';
import { startModelServer } from './support/model-server.ts';
import { useDatabase } from './support/postgres.ts';
import { writeSteady } from './support/steady-telemetry.ts';
import { useUpgradeWorld } from './support/upgrades.ts';

const cli = useCli();
const database = useDatabase();
const world = useUpgradeWorld(database);

beforeAll(async () => {
  const { telemetry, seed } = world();
  await writeSteady(telemetry, seed.acme.id, ['ams-core-01', 'fra-leaf-02']);
  await writeSteady(telemetry, seed.acme.id, ['ams-edge-01'], { cpu: 91 });
  // The same routers of another organization: nothing of them counts.
  await writeSteady(telemetry, seed.globex.id, ['ams-edge-01', 'ams-edge-02']);
});

function as(name: string, ...argv: readonly string[]): Promise<CliResult> {
  return cli.run(argv, {
    ...databaseVariables(database.settings('app_user')),
    NETUP_OPERATOR: name,
    NETUP_ORGANIZATION: 'acme',
  });
}

const kept = (): Promise<readonly unknown[]> => database.admin`
  SELECT d.router_id, d.verdict, o.name AS asked_by, d.source, jsonb_array_length(d.gates) AS gates, d.policy_version
  FROM decisions AS d JOIN operators AS o ON o.id = d.asked_by ORDER BY d.id`;

describe('decide', () => {
  test('says every gate of a router, keeps the decision, and may be asked by anybody', async () => {
    const { code, stdout, stderr } = await as('cy', 'decide', 'ams-core-01');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^ams-core-01: 17\.09\.04a to 17\.12\.03: APPROVE$/mu);
    expect(stdout).toMatch(/^CPU mean over 2 h +pass +30\.0% +≤ 80%$/mu);
    expect(stdout.match(/ pass /gu)).toHaveLength(12);
    expect(code).toBe(0);
    expect(await kept()).toEqual([
      { router_id: 'ams-core-01', verdict: 'approve', asked_by: 'cy', source: 'cli', gates: 12, policy_version: 1 },
    ]);
    const [event] = await database.admin`
      SELECT actor_name, target_type, router_id, after->>'verdict' AS verdict FROM audit_events WHERE action = 'decision.make'`;
    expect(event).toEqual({ actor_name: 'cy', target_type: 'decision', router_id: 'ams-core-01', verdict: 'approve' });
  });

  test('prints JSON, and ends with 3 for a deferral and 4 for a rejection', async () => {
    const deferred = await as('ben', 'decide', 'ams-edge-01', '--window', '--json');
    expect(deferred.code).toBe(3);
    const decision: unknown = JSON.parse(deferred.stdout);
    expect(decision).toMatchObject({ hostname: 'ams-edge-01', to: '22.4R3-S2', verdict: 'defer', advisor: null });
    expect(decision).toMatchObject({ policy: { id: world().seed.acme.policies.amsJuniper, version: 1 } });
    expect(deferred.stdout).toContain('"actual": "91.0%"');
    // It runs the version already.
    expect((await as('ben', 'decide', 'fra-leaf-01')).code).toBe(4);
  });

  test('decides about all that a filter keeps, and counts by gate why not', async () => {
    const { code, stdout } = await as('ben', 'decide', '--filter', '!host=old', '--window');
    expect(code).toBe(4);
    expect(stdout).toMatch(/^ams-edge-02 .* defer +cpu: no data; memory: no data/mu);
    expect(stdout).toMatch(/^5 routers: 0 approve, 4 defer, 1 reject\.$/mu);
    // The policies of three of them have no window to start in.
    expect(stdout).toMatch(/^Maintenance window +0 +3$/mu);
    expect(stdout).toMatch(/^CPU mean over 2 h +1 +2$/mu);
    const now = await as('ben', 'decide', '--filter', 'ready=ready', '--json');
    expect(JSON.parse(now.stdout)).toMatchObject({
      decisions: [{ hostname: 'ams-core-01' }, { hostname: 'fra-leaf-02' }],
      whyNot: [],
    });
    expect(now.code).toBe(0);
    const [event] =
      await database.admin`SELECT after FROM audit_events WHERE action = 'decision.make' ORDER BY seq DESC LIMIT 1`;
    expect(event).toEqual({ after: { filter: 'ready=ready', routers: 2, approve: 2, defer: 0, reject: 0 } });
  });

  test.for([
    [['decide'], 'name a router, or several by --filter EXPR.'],
    [['decide', 'ams-core-01', '--filter', 'x'], 'HOST and --filter contradict each other.'],
    [['decide', '--filter', 'nothing=1'], 'there is no field nothing'],
    [['decide', '--filter', 'host=nowhere'], 'The filter keeps no router, so there is nothing to decide.'],
    [['decide', 'nowhere'], 'There is no router "nowhere" in acme.'],
    [['decide', 'ams-core-01', '--image', 'no.bin'], 'There is no image "no.bin" for the model of ams-core-01.'],
    [['decide', 'ams-core-01', '--at', 'noon'], '--at must be a time with its zone'],
  ] as const)('%j is refused in a sentence', async ([argv, sentence]) => {
    const { code, stderr, stdout } = await as('ben', ...argv);
    expect({ code: code === 0, stdout }).toEqual({ code: false, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('asks the model that is configured, which may defer and is kept with what it said', async () => {
    const objection = JSON.stringify({ verdict: 'defer', reasons: ['The CPU is steady at a round number.'] });
    const server = await startModelServer(() => objection);
    const env = {
      ...databaseVariables(database.settings('app_user')),
      NETUP_OPERATOR: 'ben',
      NETUP_ORGANIZATION: 'acme',
      NETUP_ADVISOR: 'openai-compatible',
      NETUP_ADVISOR_URL: server.url,
      NETUP_ADVISOR_MODEL: 'test-model',
      NETUP_ADVISOR_KEY: 'sk-never-shown',
    };
    try {
      const asked = await cli.run(['decide', 'ams-core-01'], env);
      expect(asked).toMatchObject({ code: 3, stderr: '' });
      expect(asked.stdout).toContain('The model test-model says defer\n  The CPU is steady at a round number.');
      // The gates defer already, so nobody is asked.
      expect((await cli.run(['decide', 'ams-edge-01'], env)).code).toBe(3);
      expect(server.requests).toHaveLength(1);
    } finally {
      await server.close();
    }
    const away = await cli.run(['decide', 'ams-core-01'], env);
    expect(away.code).toBe(0);
    expect(away.stdout).toContain('The model test-model was not heard: ');
    const rows = await database.admin`
      SELECT verdict, advisor_model AS model, advisor_verdict AS said, advisor_answer AS answer, advisor_fallback IS NOT NULL AS unheard,
        length(advisor_prompt_hash) AS hash FROM decisions ORDER BY id DESC LIMIT 3`;
    const model = 'test-model';
    expect(rows.toReversed()).toEqual([
      { verdict: 'defer', model, said: 'defer', answer: objection, unheard: false, hash: 64 },
      { verdict: 'defer', model: null, said: null, answer: null, unheard: false, hash: null },
      { verdict: 'approve', model, said: null, answer: null, unheard: true, hash: 64 },
    ]);
    expect(JSON.stringify([rows, away])).not.toContain('sk-never-shown');
  });

  test('names what is missing of an advisor', async () => {
    const env = {
      ...databaseVariables(database.settings('app_user')),
      NETUP_OPERATOR: 'ben',
      NETUP_ADVISOR: 'anthropic',
    };
    const { code, stderr } = await cli.run(['decide', 'ams-core-01'], env);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/^NETUP_ADVISOR_MODEL is not set although NETUP_ADVISOR is, for example/u);
  });

  test('writes nothing in read-only mode', async () => {
    const before = await kept();
    const env = { ...databaseVariables(database.settings('app_user')), NETUP_OPERATOR: 'ben', NETUP_READ_ONLY: 'yes' };
    const { code } = await cli.run(['decide', 'ams-core-01'], { ...env, NETUP_ORGANIZATION: 'acme' });
    expect(code).toBe(0);
    expect(await kept()).toEqual(before);
  });
});

describe('agent mode', () => {
  test('is shown to everybody, and set by an admin, audited', async () => {
    expect((await as('cy', 'agent', 'mode', 'show')).stdout).toMatch(/^mode +advise: it decides when it is asked/mu);
    expect((await as('ana', 'agent', 'mode', 'set', 'auto-defer')).stderr).toContain('takes the role admin');
    const set = await as('ada', 'agent', 'mode', 'set', 'auto-approve', '--per-day', '3');
    expect(set.stdout).toMatch(/^approvals in 24 hours +3$/mu);
    await as('ada', 'agent', 'mode', 'set', 'auto-approve');
    expect(JSON.parse((await as('cy', 'agent', 'mode', 'show', '--json')).stdout)).toEqual({
      mode: 'auto-approve',
      perDay: 3,
      perSite: 1,
    });
    const events = await database.admin`
      SELECT actor_name AS actor, before, after FROM audit_events WHERE action = 'agent.set'`;
    const before = { mode: 'advise', perDay: 10, perSite: 1 };
    expect([...events]).toEqual([{ actor: 'ada', before, after: { mode: 'auto-approve', perDay: 3, perSite: 1 } }]);
  });

  test.for([
    [['agent', 'mode', 'set'], 'nothing to set'],
    [['agent', 'mode', 'set', 'always'], 'the mode must be one of advise, auto-defer, auto-approve.'],
    [['agent', 'mode', 'set', '--per-site', '0'], '--per-site must be a whole number from 1 to 10000.'],
  ] as const)('%j is refused in a sentence', async ([argv, sentence]) => {
    const { code, stderr } = await as('ada', ...argv);
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
  });
});
