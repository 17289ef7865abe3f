import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Bytes free for ordinary accounts on the disk of this file; null where the system does not say. */
export async function freeDiskBytes(file: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(dirname(file));
    return bavail * bsize;
  } catch {
    return null;
  }
}
