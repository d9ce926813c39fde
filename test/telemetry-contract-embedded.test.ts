import { openDatabase } from '../source/postgres/database.ts';
import { openEmbeddedStore } from '../source/telemetry/embedded/embedded-store.ts';
import { storePastEmbedded } from './support/past-telemetry.ts';
import { useDatabase } from './support/postgres.ts';
import { describeTelemetryStore } from './telemetry-contract.ts';

const postgres = useDatabase();

describeTelemetryStore('embedded', async () => {
  const settings = postgres.settings('netup_worker');
  const database = openDatabase(settings);
  const secret = 'password-that-nobody-may-see';
  return {
    store: openEmbeddedStore(database),
    storePast: (points) => storePastEmbedded(postgres.admin, points),
    close: () => database.close(),
    // Port 1 of the loopback: nothing listens there.
    openUnreachable: () => ({
      store: openEmbeddedStore(openDatabase({ ...settings, port: 1, password: secret })),
      secret,
    }),
  };
});
