/** SHA-256 of what is too large for memory. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** Hex, of `length` bytes from `start` on (default: the whole file). Throws what the file system says. */
export async function hashFile(path: string, start = 0, length?: number): Promise<string> {
  if (length === 0) return createHash('sha256').digest('hex');
  const hash = createHash('sha256');
  const end = length === undefined ? {} : { end: start + length - 1 };
  for await (const chunk of createReadStream(path, { start, ...end })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
