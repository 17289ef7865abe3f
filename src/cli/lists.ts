/** `loket lists import | list | export-pack | import-pack | remove`. */
import { Command, Option } from 'commander';
import type { Result } from '../contract/result.ts';
import { listFormats, type ListFormat } from '../contract/screening.ts';
import type { Actor, ServiceContext } from '../services/context.ts';
import { importList, type ListImported } from '../services/screening/import-list.ts';
import { exportPack, importPack } from '../services/screening/list-packs.ts';
import { listLists, removeList, type ListStanding } from '../services/screening/manage-lists.ts';
import { operatorOf, print, withInstallation } from './with-installation.ts';

interface Common {
  readonly data: string;
  readonly org?: string;
  readonly json?: boolean;
}

interface ImportOptions extends Common {
  readonly format: ListFormat;
  readonly list?: string;
  readonly title?: string;
  readonly published?: string;
  readonly source?: string;
  readonly licence?: string;
}

/** The `lists` sub-command. */
export function listsCommand(): Command {
  const lists = new Command('lists').description('watchlists: take in, carry to branches, take out of force');
  common(lists.command('import'))
    .description('put a new issue of a list in force; the customers kept here are screened against it')
    .argument('<file>', 'the file as its publisher gives it')
    .addOption(new Option('--format <name>', 'how the file is written').choices([...listFormats]).makeOptionMandatory())
    .option('--list <id>', 'which list this is an issue of (default: the name of the format)')
    .option('--title <text>', 'its name for people')
    .option('--published <date>', 'when the publisher issued it, where the file does not say')
    .option('--source <text>', 'where it came from (default: the file name)')
    .option('--licence <text>', 'the licence you hold it under')
    .action((file: string, options: ImportOptions) => importFile(file, options));
  common(lists.command('list')).description('which lists are in force, and how old they are').action(list);
  common(lists.command('export-pack'))
    .description('write a list as a signed pack')
    .argument('<list>', 'id of the list')
    .argument('<file>', 'the pack to write')
    .action((listId: string, path: string, options: Common) =>
      run(
        options,
        (ctx, actor) => exportPack(ctx, actor, { listId, path }),
        ({ version, entries, signedBy }) => `${listId} ${version}: ${entries} entries, signed by ${signedBy}`,
      ),
    );
  common(lists.command('import-pack'))
    .description('put a signed pack in force')
    .argument('<file>', 'the pack')
    .option('--key <base64url>', 'public key of the installation that signed it, as its people told you')
    .action((path: string, options: Common & { readonly key?: string }) =>
      run(options, (ctx, actor) => importPack(ctx, actor, { path, key: options.key }), importText),
    );
  common(lists.command('remove'))
    .description('take a list out of force')
    .argument('<list>', 'id of the list')
    .action((listId: string, options: Common) =>
      run(
        options,
        (ctx, actor) => removeList(ctx, actor, listId),
        () => `${listId} is out of force`,
      ),
    );
  return lists;
}

function common(command: Command): Command {
  return command
    .requiredOption('--data <dir>', 'data directory of the installation')
    .option('--org <id>', 'which organisation, where there are several')
    .option('--json', 'print one JSON document');
}

async function run<T>(
  options: Common,
  work: (ctx: ServiceContext, actor: Actor) => Promise<Result<T>>,
  text: (value: T) => string,
): Promise<void> {
  await withInstallation(
    options.data,
    async (ctx) => {
      const actor = await operatorOf(ctx, options.org);
      return actor.ok ? work(ctx, actor.value) : actor;
    },
    (value) => print(value, options.json === true, text(value)),
  );
}

async function importFile(path: string, options: ImportOptions): Promise<void> {
  const { format, list: listId, title, published: publishedAt, source, licence } = options;
  await run(
    options,
    (ctx, actor) => importList(ctx, actor, { path, format, listId, title, publishedAt, source, licence }),
    importText,
  );
}

function importText(done: ListImported): string {
  if (done.unchanged) return `${done.listId} ${done.version} is still the current issue: its age counts from now`;
  const run = done.runId === null ? '' : '; the customers kept here are queued for screening';
  return `${done.listId} ${done.version}: ${done.entries} entries in force${run}`;
}

async function list(options: Common): Promise<void> {
  await run(options, listLists, listText);
}

function listText(lists: readonly ListStanding[]): string {
  if (lists.length === 0) return 'No list is in force: names are not screened.';
  return lists
    .map(({ listId, version, entries, ageDays, age, licence }) =>
      [listId.padEnd(22), version, `${entries} entries`, `${ageDays} days (${age})`, licence].join('  '),
    )
    .join('\n');
}
