import type { Gate } from './gate.ts';
import type { FirmwareImage } from './image.ts';
import type { Router } from './router.ts';
import { cleanLine } from './text.ts';
import { compareVersions, runsRelease } from './version.ts';

type Finding = Pick<Gate, 'actual' | 'result' | 'advice'>;

/**
 * The gate of the image: one is chosen, it runs on the router's model, it is later than the running version, and the running
 * version is not below the image's minimum. What is wrong outweighs what is not known. `downgrade`: somebody asked to go back to an older version, which is
 * said in the gate, for whoever approves.
 */
export function imageGate(router: Router, image: FirmwareImage | null, downgrade: boolean): Gate {
  const order = downgrade ? 'another version' : 'newer';
  const expected = image?.minimumVersion
    ? `${order}, from ${cleanLine(image.minimumVersion)} on`
    : `${order}, for the model`;
  return { id: 'image', title: 'Image', expected, ...judgeImage(router, image, downgrade) };
}

function judgeImage(router: Router, image: FirmwareImage | null, downgrade: boolean): Finding {
  if (image === null) return { actual: 'none chosen', result: 'unknown', advice: 'Choose an image for the model.' };
  const findings = [judgeModel(router, image), judgeOrder(router, image, downgrade), judgeMinimum(router, image)];
  return (
    findings.find((finding) => finding?.result === 'fail') ??
    findings.find((finding) => finding !== null) ?? {
      actual: `${cleanLine(router.runningVersion)} → ${cleanLine(image.version)}${isOlder(router, image) ? ': a downgrade, as asked for' : ''}`,
      result: 'pass',
      advice: '',
    }
  );
}

function judgeModel(router: Router, image: FirmwareImage): Finding | null {
  if (router.modelId === null) {
    return { actual: 'model not known', result: 'unknown', advice: "Set the router's model." };
  }
  if (image.modelIds.includes(router.modelId)) return null;
  const model = cleanLine(router.model ?? router.modelId);
  return {
    actual: `${cleanLine(image.fileName)} is not for ${model}`,
    result: 'fail',
    advice: `Choose an image for ${model}.`,
  };
}

function isOlder({ platform, runningVersion }: Router, { version }: FirmwareImage): boolean {
  return compareVersions(platform, version, runningVersion) === -1;
}

function judgeOrder(router: Router, image: FirmwareImage, downgrade: boolean): Finding | null {
  const change = `${cleanLine(router.runningVersion)} → ${cleanLine(image.version)}`;
  if (runsRelease(router.platform, router.runningVersion, image.version)) {
    return { actual: `${change}: the same version`, result: 'fail', advice: 'Nothing to do, or choose a newer image.' };
  }
  const order = compareVersions(router.platform, image.version, router.runningVersion);
  if (order === 1 || (downgrade && order === -1)) return null;
  if (order === null) {
    const advice = 'Read the running version again, or choose an image whose version can be compared with it.';
    return { actual: `${change}: not comparable`, result: 'unknown', advice };
  }
  return { actual: `${change}: a downgrade`, result: 'fail', advice: 'Choose a newer image, or ask for a downgrade.' };
}

function judgeMinimum(router: Router, image: FirmwareImage): Finding | null {
  if (image.minimumVersion === null) return null;
  const running = cleanLine(router.runningVersion);
  const minimum = cleanLine(image.minimumVersion);
  const order = compareVersions(router.platform, router.runningVersion, image.minimumVersion);
  if (order === null) {
    const advice = `Make sure by hand that the router may go from ${running} to this image.`;
    return { actual: `${running}, minimum ${minimum}: not comparable`, result: 'unknown', advice };
  }
  if (order >= 0) return null;
  return {
    actual: `${running} is below the minimum ${minimum}`,
    result: 'fail',
    advice: `Upgrade to ${minimum} or later first.`,
  };
}
