/** Which folder a scanner may write into for Loket. Files are read, moved and destroyed there, so not just any will do. */
import { realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { homedir } from 'node:os';
import { fail, ok, type Result } from '../../contract/result.ts';

const systemFolders =
  process.platform === 'win32'
    ? ['C:\\Windows', 'C:\\Program Files', 'C:\\Program Files (x86)', 'C:\\ProgramData']
    : ['/bin', '/boot', '/dev', '/etc', '/lib', '/lib64', '/proc', '/run/systemd', '/sbin', '/sys', '/usr', '/System'];

export interface FolderRules {
  /** Loket's own folders: neither inside them nor around them. */
  readonly ownFolders: readonly string[];
  /** Given by the bank (`LOKET_SCAN_ROOTS`): only folders below one of these. Empty = any other. */
  readonly allowedRoots: readonly string[];
}

/**
 * The real path of an acceptable folder (no symbolic link in it any more, so that a link set later leads nowhere).
 * Errors: `validation_failed` with `reason` `source_folder_missing` or `source_folder_refused`.
 */
export async function checkHotFolder(path: string, rules: FolderRules): Promise<Result<string>> {
  if (!isAbsolute(path) || path.includes('\0')) return refused('source_folder_refused');
  let real: string;
  try {
    real = await realpath(resolve(path));
    if (!(await stat(real)).isDirectory()) return refused('source_folder_refused');
  } catch {
    return refused('source_folder_missing');
  }
  if (dirname(real) === real || real === (await realOr(homedir()))) return refused('source_folder_refused');
  if (systemFolders.some((folder) => isWithin(real, folder))) return refused('source_folder_refused');
  for (const own of rules.ownFolders) {
    const folder = await realOr(own);
    if (isWithin(real, folder) || isWithin(folder, real)) return refused('source_folder_refused');
  }
  const roots = await Promise.all(rules.allowedRoots.map(realOr));
  if (roots.length > 0 && !roots.some((root) => isWithin(real, root))) return refused('source_folder_refused');
  return ok(real);
}

function refused(reason: 'source_folder_missing' | 'source_folder_refused'): Result<never> {
  return fail('validation_failed', 'This folder cannot serve as the folder of a scanner.', {
    fields: ['/settings/hotFolder/path'],
    reason,
  });
}

function realOr(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
}

/** True for the folder itself and everything below it. */
export function isWithin(path: string, folder: string): boolean {
  const steps = relative(folder, path);
  return steps === '' || (!steps.startsWith(`..${sep}`) && steps !== '..' && !isAbsolute(steps));
}
