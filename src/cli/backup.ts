/** `loket backup`: an encrypted, proved copy while the counter works. */
import { Command } from 'commander';
import { createBackup } from '../services/backup/create-backup.ts';
import { print, withInstallation } from './with-installation.ts';

export function backupCommand(): Command {
  return new Command('backup')
    .description('write an encrypted backup while the station works, and prove it; keep erasures.journal beside it')
    .requiredOption('--data <dir>', 'data directory of the installation')
    .requiredOption('--out <file>', 'the file to make')
    .option('--json', 'one JSON document on stdout')
    .action(backup);
}

async function backup(options: { data: string; out: string; json?: boolean }): Promise<void> {
  await withInstallation(
    options.data,
    (ctx) => createBackup(ctx, options.out),
    (made) => {
      const text = `${made.file}  ${made.size} bytes, checked  ${made.auditRows} audit rows, ${made.journalLines} erasures`;
      print({ backup: made }, options.json === true, text);
    },
  );
}
