import { once } from 'node:events';
import { connect } from 'node:net';
import { readImageUrl } from '../../devices/image-url.ts';
import { DeviceError } from '../../devices/device-error.ts';
import type { ImageSource } from '../../devices/operations.ts';
import { cleanLine } from '../../model/text.ts';
import type { UpgradeRun } from '../../model/upgrade-run.ts';
import { StepFailed } from '../engine/step.ts';

/** Where an image would come from, in words for `Would copy it …`, and what could not be found out about it; null if nothing. */
export interface CheckedSource {
  readonly from: string;
  readonly warning: string | null;
}

const PATIENCE_MS = 5000;
const PORTS: Readonly<Record<string, number>> = { 'scp:': 22, 'sftp:': 22 };

/**
 * Looks if the image is where it would be copied from. A file of ours was read and compared before. A web server is asked for the image's size, and
 * rejects with `StepFailed` where it says that there is none, or another one; from an SSH server it is only known if it answers, since it is the device
 * that logs in to it. What this worker cannot reach the device may, so that is a warning.
 */
export async function checkSource(
  source: ImageSource,
  { image }: Pick<UpgradeRun, 'image'>,
  signal: AbortSignal,
): Promise<CheckedSource> {
  if (source.kind === 'push')
    return { from: `from ${source.path} of this worker, which was read: its SHA-256 fits`, warning: null };
  const url = readUrl(source.url);
  const from = `from ${url.protocol}//${url.host}${url.pathname.replace(/\/[^/]*$/u, '')}`;
  const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  try {
    const warning = url.protocol.startsWith('http')
      ? await askWebServer(url, source.password, image, patience)
      : await knock(url, image.fileName, patience);
    return { from, warning };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof StepFailed) throw error;
    const why = patience.aborted ? 'it does not answer' : reasonOf(error);
    return { from, warning: `The image server ${url.host} could not be asked from this worker: ${why}.` };
  }
}

function readUrl(text: string): URL {
  try {
    return readImageUrl(text);
  } catch (error) {
    if (error instanceof DeviceError) throw new StepFailed(error.message);
    throw error;
  }
}

async function askWebServer(
  url: URL,
  password: string | null,
  { fileName, sizeBytes }: UpgradeRun['image'],
  signal: AbortSignal,
): Promise<string | null> {
  const plain = new URL(url.pathname, url.origin);
  const login = Buffer.from(`${decodeURIComponent(url.username)}:${password ?? ''}`).toString('base64');
  const headers = url.username === '' ? {} : { authorization: `Basic ${login}` };
  const { status, headers: told } = await fetch(plain, { method: 'HEAD', headers, redirect: 'manual', signal });
  if (status === 404 || status === 410) throw new StepFailed(`The image server ${url.host} does not have ${fileName}.`);
  if (status === 401 || status === 403) {
    throw new StepFailed(
      `The image server ${url.host} refuses ${fileName} (${status}): check its user and NETUP_IMAGE_PASSWORD.`,
    );
  }
  if (status !== 200) return `The image server ${url.host} answered ${status} when it was asked for ${fileName}.`;
  const size = told.get('content-length');
  if (size === null) return `The image server ${url.host} does not say how large ${fileName} is.`;
  if (Number(size) === sizeBytes) return null;
  throw new StepFailed(`${fileName} on the image server ${url.host} has ${cleanLine(size)} bytes, not ${sizeBytes}.`);
}

async function knock(url: URL, fileName: string, signal: AbortSignal): Promise<string> {
  const port = url.port === '' ? (PORTS[url.protocol] ?? 22) : Number(url.port);
  const socket = connect({ host: url.hostname.replace(/^\[|\]$/gu, ''), port });
  try {
    await once(socket, 'connect', { signal });
  } finally {
    socket.destroy();
  }
  return `The image server ${url.host} answers; if it has ${fileName} shows when the device fetches it.`;
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cleanLine(cause instanceof Error ? cause.message : String(cause)).slice(0, 200);
}
