import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import type { TelemetryStore } from '../source/telemetry/store.ts';
import { describeFailing, type StoreUnderTest } from './telemetry-contract-failing.ts';
import { describeHealth } from './telemetry-contract-health.ts';
import { describeHistory } from './telemetry-contract-history.ts';
import { describeInterfaces } from './telemetry-contract-interfaces.ts';
import { holdMinute } from './telemetry-contract-points.ts';
import { describeSensors } from './telemetry-contract-sensors.ts';
import { describeSeries } from './telemetry-contract-series.ts';
import { describeUpgrades } from './telemetry-contract-upgrades.ts';
import { describeWriting } from './telemetry-contract-writing.ts';

/** What every store does. `open` answers with a reason instead where there is nothing to test on; the tests are skipped with it. */
export function describeTelemetryStore(name: string, open: () => Promise<StoreUnderTest | string>): void {
  describe(`the ${name} store`, () => {
    let opened: StoreUnderTest | string = 'not opened';
    beforeAll(async () => {
      opened = await open();
    });
    beforeEach((context) => {
      holdMinute();
      if (typeof opened === 'string') context.skip(opened);
    });
    afterAll(async () => {
      if (typeof opened !== 'string') await opened.close();
    });
    const underTest = (): StoreUnderTest => {
      if (typeof opened === 'string') throw new Error(opened);
      return opened;
    };
    const store = (): TelemetryStore => underTest().store;
    describeWriting(store);
    describeHealth(store);
    describeSeries(store);
    describeHistory(underTest);
    describeInterfaces(store);
    describeSensors(store);
    describeUpgrades(store);
    describeFailing(underTest);
  });
}
