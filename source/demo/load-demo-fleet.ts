import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type postgres from 'postgres';
import { packageRoot } from '../config/package-root.ts';
import { openDatabase } from '../postgres/database.ts';
import { demoSettings } from './demo-database.ts';
import type { EmbeddedServer } from './embedded-server.ts';

const FILE = path.join(packageRoot, 'fixtures', 'fleets', 'demo.json');

/** Loads the demo's fleet, in one transaction, unless the database has organizations already. */
export async function loadDemoFleet(
  admin: postgres.Sql,
  server: EmbeddedServer,
  onProgress: (text: string) => void,
): Promise<void> {
  const [found] = await admin<{ loaded: boolean }[]>`SELECT EXISTS (SELECT FROM organizations) AS loaded`;
  if (found?.loaded === true) return;
  onProgress('loading the fleet');
  // Needed once: later starts do not wait for this code.
  const [text, { parseFleetJson }, { importInventory }] = await Promise.all([
    readFile(FILE, 'utf8'),
    import('../model/parse-fleet-json.ts'),
    import('../postgres/inventory-import.ts'),
  ]);
  const { file, problems } = parseFleetJson(text);
  const database = openDatabase(demoSettings(server, server.adminUser, server.adminPassword));
  try {
    const report = await importInventory(database, file, { dryRun: false, actor: null });
    const faults = [...problems, ...report.problems].map(({ where, fault }) => `${where} ${fault}`);
    if (faults.length > 0) throw new Error(`The demo's fleet is spoilt: ${faults.join('; ')}`);
  } finally {
    await database.close();
  }
}
