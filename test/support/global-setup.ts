import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import type { TestProject } from 'vitest/node';
import { startEmbeddedServer } from '../../source/demo/embedded-server.ts';
import { migrate } from '../../source/postgres/migrate.ts';
import { ROLE_PASSWORD, TEMPLATE, type ServerAddress } from './server-address.ts';

/** One PostgreSQL for the whole run, with a migrated database that every test file copies. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(path.join(tmpdir(), 'netup-test-'));
  const server = await startEmbeddedServer({
    directory,
    binaries: path.join(tmpdir(), `netup-test-binaries-${process.getuid?.() ?? 0}`),
    settings: ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=300'],
  });
  const { host, port, adminUser, adminPassword } = server;
  const address: ServerAddress = { host, port, adminUser, adminPassword };
  const [user, password] = [adminUser, adminPassword];
  const admin = postgres({ host, port, user, password, max: 1, onnotice: () => undefined });
  try {
    await admin.unsafe(`CREATE DATABASE ${TEMPLATE}`);
    await migrate({ host, port, user, password, database: TEMPLATE, sslMode: 'disable', poolSize: 1 });
    for (const role of ['netup_owner', 'app_user', 'netup_worker', 'netup_readonly']) {
      await admin.unsafe(`ALTER ROLE ${role} LOGIN PASSWORD '${ROLE_PASSWORD}'`);
    }
  } finally {
    await admin.end();
  }
  project.provide('postgres', address);
  project.provide('campaign', askedCampaign());
  return async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
}

/** What `.ci/campaign.mjs` was asked for; empty in an ordinary run. */
function askedCampaign(): { seed?: number; runs?: number } {
  const { NETUP_CAMPAIGN_SEED: seed, NETUP_CAMPAIGN_RUNS: runs } = process.env;
  return {
    ...(seed === undefined ? {} : { seed: Number(seed) }),
    ...(runs === undefined ? {} : { runs: Number(runs) }),
  };
}
