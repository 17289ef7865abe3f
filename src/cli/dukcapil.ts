/** `loket dukcapil raw`: the answer of Dukcapil as it was posted, for a compliance user; it is in no API. */
import { Command } from 'commander';
import { readDukcapilRaw } from '../services/read-dukcapil.ts';
import { secretFromInput } from './secret-input.ts';
import { print, withInstallation } from './with-installation.ts';

export function dukcapilCommand(): Command {
  const dukcapil = new Command('dukcapil').description('verdicts of Dukcapil');
  dukcapil
    .command('raw')
    .description(
      'print the raw answer of a verdict; the compliance user proves by his password (asked for, or the first line of standard input) that it is him, and the look is recorded in his name',
    )
    .argument('<verification>', 'id of the nik_dukcapil verification')
    .requiredOption('--data <dir>', 'data directory of the installation')
    .requiredOption('--user <email>', 'the compliance user who looks')
    .action(raw);
  return dukcapil;
}

async function raw(verificationId: string, options: { data: string; user: string }): Promise<void> {
  const password = await secretFromInput(`Password of ${options.user}: `);
  await withInstallation(
    options.data,
    (ctx) => readDukcapilRaw(ctx, { verificationId, email: options.user, password }),
    (text) => print(null, false, text),
  );
}
