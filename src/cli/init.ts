/** `loket init`: makes an installation and says its secrets once. */
import { Command, Option } from 'commander';
import { environments, type Environment } from '../contract/vocabulary.ts';
import { initInstallation } from '../services/open-installation.ts';
import { blobsOption } from './blobs-option.ts';
import { databaseOption } from './database-option.ts';
import { placesOf } from './places.ts';
import { complain, noVision, print } from './with-installation.ts';

interface Options {
  readonly data: string;
  readonly database?: string;
  readonly blobs?: string;
  readonly organisation?: string;
  readonly branch?: string;
  readonly email?: string;
  readonly environment?: Environment;
  readonly json?: boolean;
}

export function initCommand(): Command {
  return new Command('init')
    .description('make an installation: database, organisation, admin, first API key with all scopes')
    .requiredOption('--data <dir>', 'data directory; made when it is not there')
    .option('--organisation <name>', 'name of the bank')
    .option('--branch <name>', 'name of the branch')
    .option('--email <address>', 'address the admin signs in with')
    .addOption(
      new Option('--environment <name>', 'sandbox takes simulated captures, live refuses them').choices([
        ...environments,
      ]),
    )
    .addOption(databaseOption())
    .addOption(blobsOption())
    .option('--json', 'one JSON document on stdout')
    .action(async (options: Options) => {
      const place = placesOf(options);
      if (!place.ok) return complain(place.error);
      const { data: dataDirectory, organisation, branch, email: adminEmail, environment } = options;
      const done = await initInstallation({
        dataDirectory,
        vision: noVision,
        ...place.value,
        ...(organisation === undefined ? {} : { organisation }),
        ...(branch === undefined ? {} : { branch }),
        ...(adminEmail === undefined ? {} : { adminEmail }),
        ...(environment === undefined ? {} : { environment }),
      });
      if (!done.ok) return complain(done.error);
      const { organisation: made, admin, apiKey } = done.value;
      const lines = [
        `organisation  ${made.id}`,
        `admin         ${admin.email}`,
        `password      ${admin.password}`,
        `API key       ${apiKey}`,
        'Shown once. Keep them safe.',
      ];
      print(done.value, options.json === true, lines.join('\n'));
    });
}
