/** The end of a file that holds personal data. */
import { constants } from 'node:fs';
import { open, unlink } from 'node:fs/promises';

const block = new Uint8Array(64 * 1024);

/**
 * Overwrites and deletes. On flash memory and on file systems with snapshots old blocks may survive the overwriting:
 * then only the disk's encryption protects them. Throws what the file system says.
 */
export async function destroyFile(path: string): Promise<void> {
  const handle = await open(path, constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    const { size } = await handle.stat();
    for (let at = 0; at < size; at += block.length) await handle.write(block, 0, Math.min(block.length, size - at), at);
    await handle.sync();
    await handle.truncate(0);
  } finally {
    await handle.close();
  }
  await unlink(path);
}
