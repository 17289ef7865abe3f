/** `loket org create | list | show | set`. */
import { Command, Option } from 'commander';
import { fail, ok } from '../contract/result.ts';
import { environments, type Environment } from '../contract/vocabulary.ts';
import { changeSettings, setUpOrganisation } from '../services/set-up-organisation.ts';
import { findOrganisation, listOrganisations } from '../store/repositories/organisations.ts';
import { complain, operatorOf, print, withInstallation } from './with-installation.ts';

interface Common {
  readonly data: string;
  readonly json?: boolean;
}

export function orgCommand(): Command {
  const org = new Command('org').description('organisations and their settings');
  org
    .command('create')
    .description('add an organisation to this installation')
    .requiredOption('--data <dir>', 'data directory of the installation')
    .requiredOption('--name <name>', 'name of the bank')
    .option('--branch <name>', 'name of the branch', 'Cabang')
    .addOption(new Option('--environment <name>', 'sandbox or live').choices([...environments]))
    .option('--json', 'one JSON document on stdout')
    .action(create);
  org
    .command('list')
    .description('list the organisations')
    .requiredOption('--data <dir>', 'data directory of the installation')
    .option('--json', 'one JSON document on stdout')
    .action(list);
  org
    .command('show')
    .description('show an organisation and its settings')
    .requiredOption('--data <dir>', 'data directory of the installation')
    .option('--org <id>', 'which organisation, where there are several')
    .option('--json', 'one JSON document on stdout')
    .action(show);
  org
    .command('set')
    .description('change settings, e.g. thresholds.matchHigh=0.6 capabilities.dukcapilEnabled=true')
    .argument('<key=value...>', 'dotted setting and its new value')
    .requiredOption('--data <dir>', 'data directory of the installation')
    .option('--org <id>', 'which organisation, where there are several')
    .option('--json', 'one JSON document on stdout')
    .action(set);
  return org;
}

async function create(options: Common & { name: string; branch: string; environment?: Environment }): Promise<void> {
  const { name, branch, environment } = options;
  await withInstallation(
    options.data,
    (ctx) => setUpOrganisation(ctx, { name, branch, ...(environment === undefined ? {} : { environment }) }),
    ({ organisation }) =>
      print(
        { organisation: { id: organisation.id, name: organisation.name, branch: organisation.branch } },
        options.json === true,
        organisation.id,
      ),
  );
}

async function list(options: Common): Promise<void> {
  await withInstallation(
    options.data,
    async (ctx) => ok(await listOrganisations(ctx.store.db)),
    (organisations) => {
      const rows = organisations.map(({ id, name, branch, settings }) => ({
        id,
        name,
        branch,
        environment: settings.environment,
      }));
      const lines = rows.map((row) => `${row.id}  ${row.environment}  ${row.name}, ${row.branch}`);
      print({ organisations: rows }, options.json === true, lines.join('\n'));
    },
  );
}

async function show(options: Common & { org?: string }): Promise<void> {
  await withInstallation(
    options.data,
    async (ctx) => {
      const actor = await operatorOf(ctx, options.org);
      if (!actor.ok) return actor;
      const organisation = await findOrganisation(ctx.store.db, actor.value.orgId);
      return organisation === null ? fail('not_found', 'organisation not found') : ok(organisation);
    },
    (organisation) => print({ organisation }, options.json === true, JSON.stringify(organisation, null, 2)),
  );
}

async function set(pairs: readonly string[], options: Common & { org?: string }): Promise<void> {
  const changes: Record<string, string> = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1) return complain({ code: 'validation_failed', message: `not KEY=VALUE: ${pair}` });
    changes[pair.slice(0, at)] = pair.slice(at + 1);
  }
  await withInstallation(
    options.data,
    async (ctx) => {
      const actor = await operatorOf(ctx, options.org);
      return actor.ok ? changeSettings(ctx, actor.value, changes) : actor;
    },
    (settings) => print({ settings }, options.json === true, JSON.stringify(settings, null, 2)),
  );
}
