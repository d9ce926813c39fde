import type { GateInput } from '../../source/model/evaluate-gates.ts';
import { evidenceWindow } from '../../source/model/gate-rules.ts';
import type { HealthSummary } from '../../source/model/health.ts';
import type { FirmwareImage } from '../../source/model/image.ts';
import type { Policy } from '../../source/model/policy.ts';
import type { Router } from '../../source/model/router.ts';

/** A router that nothing speaks against, on an older version than {@link anImage}; change what the test is about. */
export function aRouter(change: Partial<Router> = {}): Router {
  return {
    id: 'ams-core-01',
    hostname: 'ams-core-01',
    site: 'ams',
    timeZone: 'Europe/Amsterdam',
    vendor: 'Cisco',
    model: 'ASR1002-HX',
    modelId: 'model-1',
    platform: 'ios-xe',
    runningVersion: '17.09.04a',
    targetVersion: '17.12.03',
    status: 'active',
    managementAddress: '10.20.0.1',
    managementPort: 22,
    serial: null,
    lastSeenAt: null,
    policyId: 'policy-1',
    openUpgrade: null,
    ...change,
  };
}

/** A policy: CPU up to 80%, 20% memory free, no critical errors, data of the last 5 minutes. */
export function aPolicy(change: Partial<Policy> = {}): Policy {
  return {
    id: 'policy-1',
    name: 'careful',
    shared: false,
    vendor: null,
    model: null,
    site: null,
    priority: 0,
    specificity: 8,
    maxCpuPercent: 80,
    minFreeMemPercent: 20,
    maxCriticalErrors: 0,
    maxDataAgeSeconds: 300,
    window: null,
    isActive: true,
    autoApprove: false,
    version: 3,
    ...change,
  };
}

/** Two hours of good health that end at `now`. */
export function aHealth(now: Date, change: Partial<HealthSummary> = {}): HealthSummary {
  return {
    cpuMean: 40,
    cpuMax: 55,
    cpuLatest: 41,
    memoryMinFree: 50,
    memoryLatestFree: 52,
    criticalErrors: 0,
    samples: 120,
    newestAt: now.getTime() - 30_000,
    ...change,
  };
}

/** An image for the model of {@link aRouter}, newer than what it runs. */
export function anImage(change: Partial<FirmwareImage> = {}): FirmwareImage {
  return {
    id: 'image-1',
    vendor: 'Cisco',
    version: '17.12.03',
    fileName: 'asr1000-universalk9.17.12.03.SPA.bin',
    sizeBytes: 900_000_000,
    sha256: 'a'.repeat(64),
    isGolden: true,
    goldenSites: [],
    minimumVersion: '17.03.01',
    modelIds: ['model-1'],
    ...change,
  };
}

/** What gates are judged by for {@link aRouter} at `now`, with no start chosen: all of them pass. */
export function aGateInput(now: Date, change: Partial<GateInput> = {}): GateInput {
  return {
    policy: aPolicy(),
    health: aHealth(now),
    coveredSteps: 24,
    router: aRouter(),
    image: anImage(),
    peers: [],
    failures: [],
    blackouts: [],
    start: null,
    ownUpgrade: null,
    byPerson: false,
    downgrade: false,
    despiteBlackout: false,
    window: evidenceWindow(now),
    now,
    ...change,
  };
}
