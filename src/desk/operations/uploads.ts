/**
 * Files that come through the page: lists and weights from a disk in the operator's hand. Pieces are appended below the data
 * directory, readable by this account alone, and removed when they were used or dropped, or at the next start.
 */
import { appendFile, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { mostUploadBytes, type UploadView } from '../../contract/desk/operations-calls.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { freeDiskBytes } from '../../store/free-disk.ts';

interface Upload {
  readonly by: string;
  readonly files: Map<string, number>;
}

/** Left free on the disk, whatever is uploaded. */
const reserveBytes = 1024 * 1024 * 1024;
const mostFiles = 20;

export interface Uploads {
  begin(by: string): Promise<Result<UploadView>>;
  /** Errors: `not_found`, `upload_offset` (pieces out of turn), `body_too_large`, `store_disk_full`. */
  append(by: string, piece: UploadPiece): Promise<Result<UploadView>>;
  /** The folder and its files. Errors: `not_found`, `validation_failed` for an empty one. */
  take(by: string, id: string): Result<{ readonly folder: string; readonly paths: readonly string[] }>;
  drop(by: string, id: string): Promise<void>;
  /** Removes what an earlier run of the program left. */
  sweep(): Promise<void>;
}

export interface UploadPiece {
  readonly id: string;
  /** Plain: no path can be written in it (the contract's pattern). */
  readonly name: string;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export function openUploads(dataDirectory: string, nextId: () => string): Uploads {
  const root = join(dataDirectory, 'incoming');
  const uploads = new Map<string, Upload>();
  const folderOf = (id: string): string => join(root, id);
  const own = (by: string, id: string): Upload | null => {
    const upload = uploads.get(id);
    return upload?.by === by ? upload : null;
  };
  const view = (id: string, { files }: Upload): UploadView => ({
    id,
    files: [...files].map(([name, bytes]) => ({ name, bytes })),
  });

  async function roomFor(upload: Upload, more: number): Promise<Result<true>> {
    const total = [...upload.files.values()].reduce((sum, bytes) => sum + bytes, 0);
    if (total + more > mostUploadBytes) return fail('body_too_large', 'This is more than can be brought in here.');
    const free = await freeDiskBytes(join(root, 'x'));
    return free !== null && free - more < reserveBytes
      ? fail('store_disk_full', 'There is not enough room on the disk of the data directory.')
      : ok(true);
  }

  return {
    async begin(by) {
      // One at a time per person: whoever begins anew has given up the last one.
      for (const [id, upload] of uploads) if (upload.by === by) await this.drop(by, id);
      const id = nextId();
      await mkdir(folderOf(id), { recursive: true, mode: 0o700 });
      const upload: Upload = { by, files: new Map() };
      uploads.set(id, upload);
      return ok(view(id, upload));
    },
    async append(by, { id, name, offset, bytes }) {
      const upload = own(by, id);
      if (upload === null) return fail('not_found', 'there is no such upload');
      const held = upload.files.get(name) ?? 0;
      // A piece that comes again after a lost answer is there already.
      if (offset + bytes.length <= held) return ok(view(id, upload));
      if (offset !== held) return fail('upload_offset', 'the pieces of the file are out of turn', { held });
      if (!upload.files.has(name) && upload.files.size >= mostFiles)
        return fail('body_too_large', `at most ${mostFiles} files`);
      const room = await roomFor(upload, bytes.length);
      if (!room.ok) return room;
      await appendFile(join(folderOf(id), name), bytes, { mode: 0o600 });
      upload.files.set(name, held + bytes.length);
      return ok(view(id, upload));
    },
    take(by, id) {
      const upload = own(by, id);
      if (upload === null) return fail('not_found', 'there is no such upload');
      if (upload.files.size === 0) return fail('validation_failed', 'no file was brought in');
      const folder = folderOf(id);
      return ok({ folder, paths: [...upload.files.keys()].map((name) => join(folder, name)) });
    },
    async drop(by, id) {
      if (own(by, id) === null) return;
      uploads.delete(id);
      await rm(folderOf(id), { recursive: true, force: true });
    },
    async sweep() {
      for (const name of await readdir(root).catch(() => [])) {
        if (uploads.has(name) || (await stat(join(root, name)).catch(() => null)) === null) continue;
        await rm(join(root, name), { recursive: true, force: true });
      }
    },
  };
}
