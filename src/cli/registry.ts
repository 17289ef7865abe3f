/** `loket registry import | status | clear | check | report`. */
import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import type { ImportReport } from '../contract/registry.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import { runHubQuestions } from '../desk/registry/hub-questions.ts';
import { runDueChecks } from '../services/registry/check-customers.ts';
import { importPopulation } from '../services/registry/import-population.ts';
import { semesterReport } from '../services/registry/semester-report.ts';
import { openInstallation } from '../services/open-installation.ts';
import { countRegistryRows } from '../store/repositories/registry.ts';
import { clearPopulation } from '../services/registry/clear-population.ts';
import { complain, noVision, operatorOf, print, withInstallation } from './with-installation.ts';

interface Common {
  readonly data: string;
  readonly org?: string;
  readonly json?: boolean;
}

export function registryCommand(): Command {
  const registry = new Command('registry').description('the imported population table and the use made of registries');
  common(registry.command('import').description('import a population file (CSV, UTF-8): same file twice = same state'))
    .argument('<file>', 'columns nik,name,birth_date,birth_place,address,photo; dates YYYY-MM-DD')
    .option('--photos <dir>', 'folder the photo column is relative to')
    .option('--templates', 'compute face templates now instead of at the first question')
    .action(importFile);
  common(registry.command('status').description('how many people the table holds')).action(status);
  common(registry.command('clear').description('take the whole imported table away'))
    .requiredOption('--yes', 'really')
    .action(clear);
  common(registry.command('report').description('use made of registries in a semester, for Ditjen Dukcapil'))
    .requiredOption('--semester <year-half>', 'such as 2026-2')
    .requiredOption('--out <file>', 'CSV to write')
    .action(writeReport);
  common(registry.command('check').description('ask about the customers whose turn it is')).action(check);
  return registry;
}

function common(command: Command): Command {
  return command
    .requiredOption('--data <dir>', 'data directory of the installation')
    .option('--org <id>', 'which organisation, where there are several')
    .option('--json', 'one JSON document on stdout');
}

/** Exit status 0: every line was taken; 1: some were refused; 2: the file is of no use. */
async function importFile(file: string, options: Common & { photos?: string; templates?: boolean }): Promise<void> {
  const { photos, templates } = options;
  const work = async (): Promise<Result<ImportReport>> => {
    // Templates need the face models; everything else starts no vision.
    const opened = await openInstallation({
      dataDirectory: options.data,
      ...(templates === true ? {} : { vision: noVision }),
    });
    if (!opened.ok) return opened;
    try {
      const actor = await operatorOf(opened.value.context, options.org);
      if (!actor.ok) return actor;
      return await importPopulation(opened.value.context, actor.value, {
        file,
        ...(photos === undefined ? {} : { photos }),
        ...(templates === undefined ? {} : { templates }),
        onProgress: ({ lines }) => process.stderr.isTTY && process.stderr.write(`\r${lines} lines`),
      });
    } finally {
      await opened.value.close();
    }
  };
  const done = await work();
  if (!done.ok) return complain(done.error);
  print(done.value, options.json === true, summary(done.value));
  if (done.value.refused > 0) process.exitCode = 1;
}

function summary(report: ImportReport): string {
  const { lines, added, changed, unchanged, refused, photos, refusals, seconds } = report;
  const head = `${lines - 1} rows: ${added} added, ${changed} changed, ${unchanged} unchanged, ${refused} refused, ${photos} photos, ${seconds.toFixed(1)} s`;
  const list = refusals.map(
    ({ line, reason, column, firstLine }) =>
      `line ${line}: ${reason}${column === undefined ? '' : ` (${column})`}${firstLine === undefined ? '' : `, first on line ${firstLine}`}`,
  );
  return [head, ...list].join('\n');
}

async function status(options: Common): Promise<void> {
  await withInstallation(
    options.data,
    async (ctx) => {
      const actor = await operatorOf(ctx, options.org);
      return actor.ok ? ok({ people: await countRegistryRows(ctx.store.db, actor.value.orgId) }) : actor;
    },
    (value) => print(value, options.json === true, `${value.people} people`),
  );
}

async function clear(options: Common & { yes?: boolean }): Promise<void> {
  if (options.yes !== true) return complain({ code: 'validation_failed', message: 'add --yes' });
  await withInstallation(
    options.data,
    async (ctx) => {
      const actor = await operatorOf(ctx, options.org);
      return actor.ok ? ok({ removed: await clearPopulation(ctx, actor.value) }) : actor;
    },
    (value) => print(value, options.json === true, `${value.removed} people removed`),
  );
}

async function writeReport(options: Common & { semester: string; out: string }): Promise<void> {
  await withInstallation(
    options.data,
    async (ctx) => {
      const actor = await operatorOf(ctx, options.org);
      if (!actor.ok) return actor;
      const made = await semesterReport(ctx, actor.value, options.semester);
      if (!made.ok) return made;
      const { semester, questions, csv } = made.value;
      try {
        await writeFile(options.out, csv, { mode: 0o600 });
      } catch {
        return fail('validation_failed', 'the report cannot be written there');
      }
      return ok({ semester, questions });
    },
    (value) => print(value, options.json === true, `${value.semester}: ${value.questions} questions`),
  );
}

async function check(options: Common): Promise<void> {
  const opened = await openInstallation({ dataDirectory: options.data });
  if (!opened.ok) return complain(opened.error);
  try {
    const own = await runDueChecks(opened.value.context);
    const hubs = await runHubQuestions(opened.value.context);
    const done = {
      confirmed: own.confirmed + hubs.confirmed,
      declined: own.declined + hubs.declined,
      waiting: own.waiting + hubs.waiting,
    };
    const { confirmed, declined, waiting } = done;
    print(done, options.json === true, `${confirmed} confirmed, ${declined} declined, ${waiting} wait`);
  } finally {
    await opened.value.close();
  }
}
