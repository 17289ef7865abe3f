/**
 * Exports the desk wrote down because its page may not save: readable files with names and NIK, meant to be taken away. Nobody
 * comes back for them, so they end by themselves, and at once when somebody is erased. Copies that were taken are beyond reach.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { destroyFile } from '../../store/destroy-file.ts';
import { dayMs, instant, plusMs, type ServiceContext } from '../context.ts';

/** With the day in its name. The audit log's export names nobody: it may stay. */
const personal = /^loket-(?!audit-)(?:[a-z_]+-)?(\d{4}-\d{2}-\d{2})(?:-[\d-]{8})?\.(?:csv|txt)(?:\.part)?$/;
const keptMs = 7 * dayMs;

export function exportFolderOf(dataDirectory: string): string {
  return join(dataDirectory, 'exports');
}

/** As it stands in the file's name: sorts by time. */
export function exportStamp(at: string): string {
  return at.slice(0, 19).replace(/[:T]/g, '-');
}

/** Destroys all of them, or those older than a week; returns how many. What cannot be deleted is tried again by the next night. */
export async function destroyExports(ctx: ServiceContext, which: 'all' | 'ended'): Promise<number> {
  if (ctx.dataDirectory === undefined) return 0;
  const folder = exportFolderOf(ctx.dataDirectory);
  const last = which === 'all' ? null : plusMs(instant(ctx), -keptMs).slice(0, 10);
  let destroyed = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    const day = personal.exec(name)?.[1];
    if (day === undefined || (last !== null && day >= last)) continue;
    try {
      await destroyFile(join(folder, name));
      destroyed += 1;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      ctx.logger.error({ code: code ?? 'unknown' }, 'an export of this desk could not be deleted');
    }
  }
  return destroyed;
}
