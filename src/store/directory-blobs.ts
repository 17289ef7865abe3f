/** Objects as files of one folder (a disk, a share of the bank's own storage): written whole and synced, or not at all. */
import { constants } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fail, ok, type Result } from '../contract/result.ts';
import { randomName } from '../vault/random.ts';
import type { BlobPlace } from './blobs.ts';

/** An organisation's id and a blob's: nothing that could climb out of the folder. */
const keyPattern = /^[A-Za-z0-9_-]+\/[A-Za-z0-9_-]+$/;

export function directoryBlobs(directory: string): BlobPlace {
  const root = resolve(directory);
  const pathOf = (key: string): string => {
    if (!keyPattern.test(key)) throw new Error('not a key of a blob');
    return join(root, key);
  };
  return {
    name: `file:${root}`,
    // Where the folder lies is where this server stands.
    mayHold: () => true,
    put: (key, bytes) => reported(() => write(pathOf(key), bytes)),
    async get(key) {
      try {
        return ok(new Uint8Array(await readFile(pathOf(key))));
      } catch (error) {
        return codeOf(error) === 'ENOENT' ? ok(null) : failure(error);
      }
    },
    remove: (key) => reported(() => rm(pathOf(key), { force: true })),
  };
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomName(6)}.tmp`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  if (process.platform === 'win32') return;
  const entries = await open(folder, constants.O_RDONLY);
  await entries.sync().finally(() => entries.close());
}

async function reported(work: () => Promise<void>): Promise<Result<true>> {
  try {
    await work();
    return ok(true);
  } catch (error) {
    return failure(error);
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown';
const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'blobs_full',
  EDQUOT: 'blobs_full',
  EACCES: 'blobs_refused',
  EPERM: 'blobs_refused',
  EROFS: 'blobs_refused',
};

function failure(error: unknown): Result<never> {
  const code = codeOf(error);
  return fail('unavailable', `the folder of sealed frames does not work (${code})`, {
    reason: reasons[code] ?? 'blobs_unreachable',
  });
}
