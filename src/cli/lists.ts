/** `loket lists import | list | export-pack | import-pack | remove | screen-base | runs | hits | minutes`. */
import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { stringify } from 'csv-stringify/sync';
import { fail, ok, type Result } from '../contract/result.ts';
import { listFormats, type ListFormat } from '../contract/screening.ts';
import type { Actor, ServiceContext } from '../services/context.ts';
import { draftMinutes, exportHits, type HitExportRow } from '../services/screening/export-hits.ts';
import { importList, type ListImported } from '../services/screening/import-list.ts';
import { exportPack, importPack, type PackExported } from '../services/screening/list-packs.ts';
import { listLists, removeList, type ListStanding } from '../services/screening/manage-lists.ts';
import { queueRun } from '../services/screening/queue-run.ts';
import { workOnRun, type RunReport } from '../services/screening/run-over-base.ts';
import { listRuns, type RunRow } from '../store/repositories/screening-runs.ts';
import { asOperator, organisationOptions, print, type OrganisationOptions } from './with-installation.ts';

interface ImportOptions extends OrganisationOptions {
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
  organisationOptions(lists.command('import'))
    .description('put a new issue of a list in force; the customers kept here are screened against it')
    .argument('<file>', 'the file as its publisher gives it')
    .addOption(new Option('--format <name>', 'how the file is written').choices([...listFormats]).makeOptionMandatory())
    .option('--list <id>', 'which list this is an issue of (default: the name of the format)')
    .option('--title <text>', 'its name for people')
    .option('--published <date>', 'when the publisher issued it, where the file does not say')
    .option('--source <text>', 'where it came from (default: the file name)')
    .option('--licence <text>', 'the licence you hold it under')
    .action((file: string, options: ImportOptions) => importFile(file, options));
  organisationOptions(lists.command('list')).description('which lists are in force, and how old they are').action(list);
  organisationOptions(lists.command('export-pack'))
    .description('write a list as a signed pack')
    .argument('<list>', 'id of the list')
    .argument('<file>', 'the pack to write')
    .option('--since <pack>', 'an earlier whole pack of this list: write only what changed since')
    .action((listId: string, path: string, options: OrganisationOptions & { readonly since?: string }) =>
      run(options, (ctx, actor) => exportPack(ctx, actor, { listId, path, since: options.since }), exportText),
    );
  organisationOptions(lists.command('import-pack'))
    .description('put a signed pack in force')
    .argument('<file>', 'the pack')
    .option('--key <base64url>', 'public key of the installation that signed it, as its people told you')
    .action((path: string, options: OrganisationOptions & { readonly key?: string }) =>
      run(options, (ctx, actor) => importPack(ctx, actor, { path, key: options.key }), importText),
    );
  organisationOptions(lists.command('remove'))
    .description('take a list out of force')
    .argument('<list>', 'id of the list')
    .action((listId: string, options: OrganisationOptions) =>
      run(
        options,
        (ctx, actor) => removeList(ctx, actor, listId),
        () => `${listId} is out of force`,
      ),
    );
  organisationOptions(lists.command('screen-base'))
    .description('screen every customer kept here now (a new issue does so by itself)')
    .action((options: OrganisationOptions) => run(options, screenBase, runText));
  organisationOptions(lists.command('runs'))
    .description('how far the screening of the customers kept here is')
    .action((options: OrganisationOptions) =>
      run(options, async (ctx, actor) => ok(await listRuns(ctx.store.db, actor.orgId, 20)), runsText),
    );
  organisationOptions(lists.command('hits'))
    .description('write all hits as CSV, for a report')
    .action((options: OrganisationOptions) => run(options, hitsCsv, (csv) => csv.trimEnd()));
  organisationOptions(lists.command('minutes'))
    .description('draft the minutes (berita acara) of a case with hits')
    .argument('<case>', 'id of the review case')
    .option('--template <file>', "the bank's own template")
    .action((caseId: string, options: OrganisationOptions & { readonly template?: string }) =>
      run(
        options,
        (ctx, actor) => minutes(ctx, actor, caseId, options.template),
        (text) => text,
      ),
    );
  return lists;
}

async function screenBase(ctx: ServiceContext, actor: Actor): Promise<Result<RunReport | null>> {
  await ctx.store.transaction((trx) => queueRun(ctx, trx, actor.orgId, 'asked'));
  return workOnRun(ctx);
}

function runText(report: RunReport | null): string {
  if (report === null) return 'Nobody is to be screened.';
  const { screened, hits, unavailable } = report;
  return `${screened} customers screened: ${hits} new hits, ${unavailable} could not be screened`;
}

function runsText(runs: readonly RunRow[]): string {
  return runs
    .map(
      ({ id, state, screened, total, hits, created_at }) =>
        `${id}  ${created_at}  ${state}  ${screened}/${total}  ${hits} hits`,
    )
    .join('\n');
}

async function hitsCsv(ctx: ServiceContext, actor: Actor): Promise<Result<string>> {
  const rows: HitExportRow[] = [];
  for await (const row of exportHits(ctx, actor)) rows.push(row);
  return ok(stringify(rows, { header: true, columns: hitColumns, escape_formulas: true }));
}

const hitColumns = [
  'hitId',
  'foundAt',
  'decidedAt',
  'state',
  'score',
  'listId',
  'entryId',
  'matchedName',
  'topics',
  'customerId',
  'customerName',
  'caseId',
] as const satisfies readonly (keyof HitExportRow)[];

async function minutes(ctx: ServiceContext, actor: Actor, caseId: string, path?: string): Promise<Result<string>> {
  if (path === undefined) return draftMinutes(ctx, actor, { caseId });
  const template = await readFile(path, 'utf8').catch(() => null);
  if (template === null) return fail('validation_failed', 'the template cannot be read');
  return draftMinutes(ctx, actor, { caseId, template });
}

async function run<T>(
  options: OrganisationOptions,
  work: (ctx: ServiceContext, actor: Actor) => Promise<Result<T>>,
  text: (value: T) => string,
): Promise<void> {
  await asOperator(options, work, (value) => print(value, options.json === true, text(value)));
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

function exportText({ delta, entries, listId, signedBy, version }: PackExported): string {
  const what =
    delta === null
      ? `${entries} entries`
      : `${delta.sent} new or changed, ${delta.gone} gone since ${delta.since}, ${delta.kept} as before`;
  return `${listId} ${version}: ${what}, signed by ${signedBy}`;
}

async function list(options: OrganisationOptions): Promise<void> {
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
