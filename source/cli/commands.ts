import type { CommandEntry } from './command-entry.ts';

function entry(words: string, operands: string, purpose: string, load: CommandEntry['load']): CommandEntry {
  const usage = [words, operands].filter(Boolean).join(' ');
  return { words: words === '' ? [] : words.split(' '), usage, purpose, load };
}

/** Every command. Of two that fit, the one with more words is meant: `router check r1` over `router r1`. */
export const COMMANDS: readonly CommandEntry[] = [
  entry('', '', 'the console', () => import('./console.ts')),
  entry('router', 'HOST', 'the console, on one router', () => import('./router.ts')),
  entry('upgrade', 'ID', 'the console, on one upgrade', () => import('./upgrade.ts')),
  entry('router check', 'HOST', 'ask a router what it runs', () => import('./router-check.ts')),
  entry('router set', 'HOST', 'change its target version or status', () => import('./router-set.ts')),
  entry('router retire', 'HOST', 'take it out of service', () => import('./router-retire.ts')),
  entry('upgrades list', '', 'the upgrades of your organization', () => import('./upgrades-list.ts')),
  entry('upgrades request', 'HOST...', 'ask for the upgrade of routers', () => import('./upgrades-request.ts')),
  entry('upgrades show', 'ID', 'one upgrade with its steps and checks', () => import('./upgrades-show.ts')),
  entry(
    'upgrades report',
    'ID',
    'the report of an upgrade or a plan, for the record',
    () => import('./upgrades-report.ts'),
  ),
  entry('upgrades config', 'ID', 'the configuration from before or after it', () => import('./upgrades-config.ts')),
  entry('upgrades output', 'ID STEP', 'what the device printed in a step', () => import('./upgrades-output.ts')),
  ...(
    [
      ['show', '', 'what the agent may do by itself'],
      ['set', '[MODE]', 'let the agent defer or approve by itself'],
    ] as const
  ).map(([word, operands, purpose]) =>
    entry(`agent mode ${word}`, operands, purpose, async () => ({ run: (await import('./agent-mode.ts'))[word] })),
  ),
  entry('decide', '[HOST]', 'whether a router may be upgraded, and why not', () => import('./decide.ts')),
  ...(
    [
      ['approve', 'let a pending upgrade be carried out'],
      ['reject', 'refuse a pending upgrade'],
      ['cancel', 'call an upgrade off'],
      ['pause', 'stop a running upgrade before its next step'],
      ['resume', 'let a paused upgrade go on'],
      ['rollback', 'take the device of a running one back'],
      ['retry', 'go on from the step that failed'],
    ] as const
  ).map(([word, purpose]) =>
    entry(`upgrades ${word}`, 'ID', purpose, async () => ({ run: (await import('./upgrades-decide.ts'))[word] })),
  ),
  entry('upgrades break-glass', 'ID', 'approve an upgrade in an emergency', async () => ({
    run: (await import('./upgrades-decide.ts')).emergency,
  })),
  ...(
    [
      ['show', 'what is asked of approvals'],
      ['set', 'change what is asked of approvals'],
    ] as const
  ).map(([word, purpose]) =>
    entry(`approval-rules ${word}`, '', purpose, async () => ({ run: (await import('./approval-rules.ts'))[word] })),
  ),
  ...(
    [
      ['show', 'upgrades plan', 'the waves that an upgrade goes in'],
      ['resume', 'upgrades plan resume', 'let a plan go on, or its next wave begin'],
      ['stop', 'upgrades plan stop', 'let nothing more of a plan begin'],
    ] as const
  ).map(([act, words, purpose]) =>
    entry(words, 'ID', purpose, async () => ({ run: (await import('./upgrades-plan.ts'))[act] })),
  ),
  ...(
    [
      ['show', 'how many upgrades may run at once'],
      ['set', 'change how many upgrades may run at once'],
    ] as const
  ).map(([word, purpose]) =>
    entry(`limits ${word}`, '', purpose, async () => ({ run: (await import('./limits.ts'))[word] })),
  ),
  ...(
    [
      ['list', '', 'the times in which no upgrade begins'],
      ['add', '', 'let no upgrade begin in a time'],
      ['remove', 'ID', 'let upgrades begin again'],
    ] as const
  ).map(([word, operands, purpose]) =>
    entry(`blackouts ${word}`, operands, purpose, async () => ({ run: (await import('./blackouts.ts'))[word] })),
  ),
  ...(
    [
      ['list', '', 'the policies, and how many routers each applies to'],
      ['add', 'NAME', 'add a policy, after a look at whom it changes'],
      ['set', 'ID', 'change a policy, after a look at whom it changes'],
      ['off', 'ID', 'have it apply to no router'],
      ['on', 'ID', 'have it apply again'],
    ] as const
  ).map(([word, operands, purpose]) =>
    entry(`policy ${word}`, operands, purpose, async () => ({ run: (await import('./policy.ts'))[word] })),
  ),
  entry('credentials add', 'NAME', 'store a login to devices, encrypted', () => import('./credentials-add.ts')),
  entry('credentials list', '', 'the logins, without their secrets', () => import('./credentials-list.ts')),
  entry('credentials remove', 'NAME', 'delete a login', () => import('./credentials-remove.ts')),
  entry('credentials rotate-key', '', 'encrypt them with the newest key', () => import('./credentials-rotate-key.ts')),
  entry('operators list', '', 'who works in your organization', () => import('./operators-list.ts')),
  entry('operators add', 'NAME', 'add somebody', () => import('./operators-add.ts')),
  entry('operators set-role', 'NAME ROLE', 'what they may do', () => import('./operators-set-role.ts')),
  ...(
    [
      ['disable', 'let them in no more'],
      ['enable', 'let them in again'],
    ] as const
  ).map(([word, purpose]) =>
    entry(`operators ${word}`, 'NAME', purpose, async () => ({ run: (await import('./operators-active.ts'))[word] })),
  ),
  ...(
    [
      ['list', 'NAME', 'what they log in with'],
      ['add', 'NAME [FILE]', 'let them log in with a key or certificate'],
      ['remove', 'NAME IDENTITY', 'take a key from them'],
    ] as const
  ).map(([word, operands, purpose]) =>
    entry(`operators keys ${word}`, operands, purpose, async () => ({
      run: (await import('./operators-keys.ts'))[word],
    })),
  ),
  ...(['keys', 'principals'] as const).map((word) =>
    entry(`operators ${word} authorized`, 'TYPE KEY', 'for sshd: whether somebody may log in', async () => ({
      run: (await import('./operators-authorized.ts'))[word],
    })),
  ),
  ...(
    [
      ['list', '', 'the consoles that are open'],
      ['end', 'ID', 'end one of them'],
    ] as const
  ).map(([word, operands, purpose]) =>
    entry(`sessions ${word}`, operands, purpose, async () => ({ run: (await import('./sessions.ts'))[word] })),
  ),
  ...(
    [
      ['list', '', 'who is told of upgrades and plans'],
      ['add', 'NAME', 'have upgrades and plans told to an address'],
      ['remove', 'NAME', 'tell an address no more'],
      ['on', 'NAME', 'tell it again'],
      ['off', 'NAME', 'tell it nothing for now'],
    ] as const
  ).map(([word, operands, purpose]) =>
    entry(`webhooks ${word}`, operands, purpose, async () => ({ run: (await import('./webhooks.ts'))[word] })),
  ),
  entry('webhooks test', 'NAME', 'send it a ping, and say what comes back', () => import('./webhooks-test.ts')),
  entry('webhooks deliveries', '', 'what was told, and what was not taken', async () => ({
    run: (await import('./webhooks-deliveries.ts')).list,
  })),
  entry('webhooks retry', 'ID...', 'send what was not taken once more', async () => ({
    run: (await import('./webhooks-deliveries.ts')).retry,
  })),
  entry('fleet load', 'FILE', 'add routers to the inventory', () => import('./fleet-load.ts')),
  entry('fleet generate', '', 'a made-up fleet for load tests', () => import('./fleet-generate.ts')),
  entry('site list', '', 'the sites, and how their routers get images', async () => ({
    run: (await import('./site.ts')).list,
  })),
  entry('site set', 'NAME', 'how the routers of a site get images', async () => ({
    run: (await import('./site.ts')).set,
  })),
  entry('image add', 'FILE', 'put a firmware image on record', () => import('./image-add.ts')),
  entry('image golden', 'FILE', 'what routers get by default', () => import('./image-golden.ts')),
  entry('image list', '', 'the firmware images on record', () => import('./image-list.ts')),
  entry('image verify', '[FILE]', 'whether the image files are as on record', () => import('./image-verify.ts')),
  entry('audit verify', '', 'whether the audit trail is as it was written', () => import('./audit-verify.ts')),
  entry('audit export', '', 'the audit trail of a period, as a file', () => import('./audit-export.ts')),
  entry(
    'audit key create',
    '',
    "make the key that signs the trail's checkpoints",
    () => import('./audit-key-create.ts'),
  ),
  entry('audit retain', '', 'remove the months of the trail that are old enough', () => import('./audit-retain.ts')),
  entry('collect', '', 'stay up and poll the routers', () => import('./collect.ts')),
  entry('collect quarantine', '', 'what collectors read and did not believe', () => import('./collect-quarantine.ts')),
  entry(
    'telegraf config',
    '',
    'a configuration for Telegraf to read the routers',
    () => import('./telegraf-config.ts'),
  ),
  entry('worker', '', 'stay up and carry upgrades out', () => import('./worker.ts')),
  entry('serve', '', 'serve the console to many over SSH', () => import('./serve.ts')),
  entry('mcp postgres', '', 'serve inventory and upgrades to assistants', () => import('./mcp-postgres.ts')),
  entry('mcp influx', '', 'serve telemetry to assistants', () => import('./mcp-influx.ts')),
  ...(
    [
      ['add', 'NAME', 'make a token for an assistant'],
      ['list', '', 'the tokens of assistants'],
      ['revoke', 'NAME', 'end a token'],
    ] as const
  ).map(([word, operands, purpose]) =>
    entry(`mcp tokens ${word}`, operands, purpose, async () => ({ run: (await import('./mcp-tokens.ts'))[word] })),
  ),
  entry('migrate', '', 'make or update the tables', () => import('./migrate.ts')),
  entry('migrate influx', '', 'bring telemetry of older collectors into our form', () => import('./migrate-influx.ts')),
  entry('setup influx', '', 'make InfluxDB ours: buckets, tokens, tasks', () => import('./setup-influx.ts')),
  entry(
    'completion',
    'SHELL',
    'makes bash, zsh or fish complete commands; or the manual page',
    () => import('./completion.ts'),
  ),
  entry('demo', '', 'the console on a made-up fleet', () => import('./demo.ts')),
  entry('doctor', '', 'what is reachable, and what to do', () => import('./doctor.ts')),
  entry('doctor telemetry', '', 'whether the telemetry itself is in order', () => import('./doctor-telemetry.ts')),
  entry('doctor ssh', '', 'whether OpenSSH here is set up for the console', () => import('./doctor-ssh.ts')),
];
