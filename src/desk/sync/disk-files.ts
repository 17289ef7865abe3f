/** The files on the disk that goes between a desk and its hub. */
import { readFile, writeFile } from 'node:fs/promises';
import { fail, ok, type Result } from '../../contract/result.ts';
import { acknowledgeFromDisk, exportOutbox, type DiskExport, type DiskParts } from './disk-transfer.ts';

/** `path` must not exist yet. Errors: those of `exportOutbox`, `validation_failed` (the file cannot be written). */
export async function exportOutboxTo(
  ctx: DiskParts,
  orgId: string,
  path: string,
): Promise<Result<Omit<DiskExport, 'file'>>> {
  const made = await exportOutbox(ctx, orgId);
  if (!made.ok) return made;
  const { captures, file, unreadable } = made.value;
  try {
    await writeFile(path, file, { flag: 'wx', mode: 0o600, flush: true });
  } catch {
    return fail('validation_failed', 'the file cannot be written');
  }
  return ok({ captures, unreadable });
}

/** Errors: those of `acknowledgeFromDisk`, `validation_failed` (the file cannot be read). */
export async function acknowledgeFile(
  ctx: DiskParts,
  path: string,
): Promise<Result<{ readonly delivered: number; readonly refused: number }>> {
  const file = await readFile(path).catch(() => null);
  return file === null
    ? fail('validation_failed', 'the file cannot be read')
    : acknowledgeFromDisk(ctx, new Uint8Array(file));
}
