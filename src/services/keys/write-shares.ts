/** The shares of a recovery key as files. They are the one secret this program writes out, because that is what they are for. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, ok, type Result } from '../../contract/result.ts';
import type { RecoveryShare } from '../../vault/recovery.ts';

/** The files' paths. Errors: `unavailable` (the folder cannot be written, or a file of this name is there). */
export function writeShares(shares: readonly RecoveryShare[], folder: string): Result<readonly string[]> {
  const files: string[] = [];
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const share of shares) {
      const path = join(folder, `loket-recovery-${share.setId}-${share.number}-of-3.txt`);
      writeFileSync(path, shareSheet(share), { mode: 0o600, flag: 'wx' });
      files.push(path);
    }
    return ok(files);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    return fail(
      'unavailable',
      `The shares could not be written (${code}). Name an empty, writable folder and run the command again: a new set replaces this one.`,
    );
  }
}

function shareSheet(share: RecoveryShare): string {
  return [
    `LOKET: bagian ${share.number} dari 3 kunci pemulihan / share ${share.number} of 3 of the recovery key`,
    `set ${share.setId}`,
    '',
    'Dua bagian dari set yang sama membuka data cabang. Simpan terpisah, di tempat terkunci.',
    'Any two shares of one set open the data of the branch. Keep them apart, under lock.',
    '',
    share.text,
    '',
    'loket keys recover --data DIR --share FILE --share FILE',
    '',
  ].join('\n');
}
