/** Reading one file of the folder: only a whole, regular file, never through a link, never more than a picture's worth. */
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { ReasonCode } from '../../contract/reasons.ts';
import { imageContainer } from '../../vision/image/container.ts';

/** As the contract's frames. */
export const largestPicture = 8 * 1024 * 1024;

export type FileReading =
  | { readonly state: 'read'; readonly bytes: Uint8Array }
  /** Somebody still holds it: try again. `reason` is what to say when that never ends. */
  | { readonly state: 'busy'; readonly reason: ReasonCode }
  | { readonly state: 'rejected'; readonly reason: ReasonCode };

/** Where the system locks files, asking to write as well fails while a scanner still has it open. */
const flags =
  process.platform === 'win32' ? constants.O_RDWR : constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const busyCodes = new Set(['EBUSY', 'EPERM', 'EACCES', 'EAGAIN', 'ETXTBSY', 'EMFILE', 'ENFILE', 'EIO']);

/** Never throws. */
export async function readPictureFile(path: string): Promise<FileReading> {
  let handle: FileHandle;
  try {
    handle = await open(path, flags);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ELOOP') return { state: 'rejected', reason: 'source_link' };
    return busyCodes.has(code)
      ? { state: 'busy', reason: 'source_unreadable' }
      : { state: 'rejected', reason: 'source_unreadable' };
  }
  try {
    return await readWhole(handle);
  } catch {
    return { state: 'busy', reason: 'source_unreadable' };
  } finally {
    await handle.close().catch(() => undefined);
  }
}

async function readWhole(handle: FileHandle): Promise<FileReading> {
  const before = await handle.stat();
  if (!before.isFile()) return { state: 'rejected', reason: 'source_not_picture' };
  if (before.size > largestPicture) return { state: 'rejected', reason: 'image_too_large' };
  if (before.size === 0) return { state: 'busy', reason: 'image_unreadable' };
  const bytes = new Uint8Array(before.size);
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  const after = await handle.stat();
  if (filled !== bytes.length || after.size !== before.size || after.mtimeMs !== before.mtimeMs)
    return { state: 'busy', reason: 'image_unreadable' };
  return judgeBytes(bytes);
}

/** By signature and end, before any decoder sees it. A picture without its end is still being written, or damaged. */
export function judgeBytes(bytes: Uint8Array): FileReading {
  if (bytes.length > largestPicture) return { state: 'rejected', reason: 'image_too_large' };
  const container = imageContainer(bytes);
  if (container !== 'jpeg' && container !== 'png') return { state: 'rejected', reason: 'source_not_picture' };
  return hasEnd(bytes, container) ? { state: 'read', bytes } : { state: 'busy', reason: 'image_unreadable' };
}

const jpegEnd = [0xff, 0xd9];
const pngEnd = [0x49, 0x45, 0x4e, 0x44];
/** Scanners pad their files; the end is looked for in the last bytes. */
const endWithin = 4096;

function hasEnd(bytes: Uint8Array, container: 'jpeg' | 'png'): boolean {
  const end = container === 'jpeg' ? jpegEnd : pngEnd;
  for (let at = bytes.length - end.length; at >= Math.max(0, bytes.length - endWithin); at -= 1) {
    if (end.every((value, index) => bytes[at + index] === value)) return true;
  }
  return false;
}
