import { openInfluxStore } from '../source/telemetry/influx/influx-store.ts';
import { useInflux } from './support/influx.ts';
import { makeTaskBuckets, storePastInflux } from './support/past-telemetry.ts';
import { describeTelemetryStore } from './telemetry-contract.ts';

const influx = useInflux();

describeTelemetryStore('InfluxDB', async () => {
  const settings = influx.settings();
  if (settings === null) return influx.reason();
  await makeTaskBuckets(settings);
  const store = openInfluxStore(settings);
  const secret = 'token-that-nobody-may-see';
  return {
    store,
    storePast: (points) => storePastInflux(settings, points),
    close: () => store.close(),
    // Port 1 of the loopback: nothing listens there.
    openUnreachable: () => ({
      store: openInfluxStore({ ...settings, url: 'http://127.0.0.1:1', token: secret }),
      secret,
    }),
  };
});
