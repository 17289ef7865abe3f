/** `loket restore`: puts a backup into an empty directory, erasures applied before anything opens. Also the drill. */
import { Command } from 'commander';
import { restoreBackup } from '../services/backup/restore-backup.ts';
import { chooseKeyProvider } from '../vault/key-providers/choose-key-provider.ts';
import { complain, print } from './with-installation.ts';

export function restoreCommand(): Command {
  return new Command('restore')
    .description('check a backup and restore it into an empty directory, the erasure journal applied first')
    .argument('<file>', 'backup made by `loket backup`')
    .requiredOption('--data <dir>', 'new or empty directory')
    .option('--journal <file>', 'the newest erasure journal (default: erasures.journal beside the backup)')
    .option('--json', 'one JSON document on stdout')
    .action(restore);
}

async function restore(file: string, options: { data: string; journal?: string; json?: boolean }): Promise<void> {
  const done = await restoreBackup({
    file,
    dataDirectory: options.data,
    keyProvider: chooseKeyProvider(),
    clock: () => new Date(),
    ...(options.journal === undefined ? {} : { journal: options.journal }),
  });
  if (!done.ok) return complain(done.error);
  const { createdAt, auditRows, customersErased, journalLinesNew } = done.value;
  const text = [
    `restored as of ${createdAt}: ${auditRows} audit rows, intact`,
    `${journalLinesNew} erasures since then, ${customersErased} customers erased again`,
  ].join('\n');
  print({ restored: done.value }, options.json === true, text);
}
