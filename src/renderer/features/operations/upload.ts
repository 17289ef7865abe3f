/** Bringing files to the desk, piece by piece, so that neither side holds a large file in memory. */
import type { DeskBridge } from '../../../contract/desk/calls.ts';
import { ok, type Result } from '../../../contract/result.ts';

const pieceBytes = 1024 * 1024;

/** A name the desk takes: no folder, no sign it could trip over. */
export function plainName(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9 ._()-]/g, '_').slice(-120);
  return /^[A-Za-z0-9]/.test(plain) ? plain : `f${plain.slice(1)}`;
}

/** The upload's id. Errors are the desk's. `onProgress`: share of all bytes, 0–1. */
export async function uploadFiles(
  bridge: DeskBridge,
  files: readonly File[],
  onProgress: (share: number) => void,
): Promise<Result<string>> {
  const begun = await bridge.call('uploads.begin', {});
  if (!begun.ok) return begun;
  const { id } = begun.value;
  const all = files.reduce((sum, file) => sum + file.size, 0);
  let sent = 0;
  for (const file of files) {
    for (let offset = 0; offset < file.size; offset += pieceBytes) {
      const bytes = new Uint8Array(await file.slice(offset, offset + pieceBytes).arrayBuffer());
      const put = await bridge.call('uploads.append', { id, name: plainName(file.name), offset, bytes });
      if (!put.ok) return put;
      sent += bytes.length;
      onProgress(all === 0 ? 1 : sent / all);
    }
  }
  return ok(id);
}
