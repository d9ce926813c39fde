import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import type { AuditCheckpoint } from '../model/audit-checkpoint.ts';

const lineSchema = z.object({
  organization_id: z.uuid(),
  seq: z.string().regex(/^[1-9]\d{0,18}$/u),
  hash: z.string().regex(/^[0-9a-f]{64}$/u),
  timestamp: z.string().max(40),
  made_at: z.string().max(40),
  key_id: z.string().max(60),
  signature: z.string().max(100),
});

/**
 * The checkpoints of a file of JSON lines, in its order. What a crash left of a last line is passed over. Throws a `UserError` if the
 * file cannot be read, or a line in it is no checkpoint.
 */
export async function* readCheckpointFile(file: string): AsyncGenerator<AuditCheckpoint> {
  const name = `The checkpoint file ${quoted(file, 200)}`;
  const length = await lengthOfLines(file).catch((error: unknown) => {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw new UserError(`${name} cannot be read (${reason}).`, { cause: error });
  });
  if (length === 0) return;
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(file, { end: length - 1 }) })) {
    number += 1;
    const checkpoint = parseLine(line);
    if (checkpoint === null) throw new UserError(`${name}, line ${number}, is no checkpoint.`);
    yield checkpoint;
  }
}

/** Adds checkpoints to the end of the file, and returns when they are on the disk. Makes the file, readable by all, if it is not there. */
export async function appendToCheckpointFile(file: string, checkpoints: readonly AuditCheckpoint[]): Promise<void> {
  const handle = await open(file, 'a', 0o644);
  try {
    // Half a line that a crash left would spoil the one after it.
    const [{ size }, length] = [await handle.stat(), await lengthOfLines(file)];
    if (size > length) await handle.truncate(length);
    await handle.appendFile(checkpoints.map((checkpoint) => `${lineOf(checkpoint)}\n`).join(''));
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function lineOf(checkpoint: AuditCheckpoint): string {
  const { organizationId, seq, hash, timestamp, madeAt, keyId, signature } = checkpoint;
  return JSON.stringify({
    organization_id: organizationId,
    seq,
    hash,
    timestamp,
    made_at: madeAt,
    key_id: keyId,
    signature,
  });
}

function parseLine(line: string): AuditCheckpoint | null {
  let content: unknown;
  try {
    content = JSON.parse(line);
  } catch {
    return null;
  }
  const parsed = lineSchema.safeParse(content);
  if (!parsed.success) return null;
  const { organization_id: organizationId, made_at: madeAt, key_id: keyId, ...rest } = parsed.data;
  return { organizationId, madeAt, keyId, ...rest };
}

/** Up to the last line break, in bytes. A line is far shorter than what is looked at. */
async function lengthOfLines(file: string): Promise<number> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const start = Math.max(0, size - 4096);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, start);
    const last = buffer.subarray(0, bytesRead).lastIndexOf('\n');
    return last === -1 ? start : start + last + 1;
  } finally {
    await handle.close();
  }
}
