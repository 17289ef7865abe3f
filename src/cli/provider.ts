/**
 * `loket provider …`: clients that speak a provider's dialect to us (enable, list, set, disable, rotate), and vendors we
 * ask ourselves (connect, sources, disconnect). Secrets come from a file or standard input, never as an argument:
 * process lists and shell histories keep those.
 */
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Argument, Command, Option } from 'commander';
import {
  providerNames,
  providerPermissions,
  type ClientSettings,
  type ProviderName,
  type ProviderPermission,
} from '../contract/providers/clients.ts';
import {
  registryKinds,
  registryPurposes,
  type RegistryKind,
  type RegistryPurpose,
  type SourceOptions,
} from '../contract/registry.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { Actor, ServiceContext } from '../services/context.ts';
import { changeClient, enableProvider, listClients, rotateClient } from '../services/providers/manage-clients.ts';
import { connectSource, disconnectSource, listSources } from '../services/registry/registry-sources.ts';
import { asOperator, complain, organisationOptions, print, type OrganisationOptions } from './with-installation.ts';

interface SettingOptions {
  readonly perMinute?: string;
  readonly monthlyQuota?: string;
  readonly expires?: string;
  readonly permission?: ProviderPermission[];
  readonly live?: boolean;
}

interface ConnectOptions extends OrganisationOptions {
  readonly secretFile?: string;
  readonly secretStdin?: boolean;
  readonly url?: string;
  readonly position?: string;
  readonly expires?: string;
  readonly monthlyQuota?: string;
  readonly dailyPerDesk?: string;
  readonly timeoutMs?: string;
  readonly purpose?: RegistryPurpose[];
  readonly enabled?: boolean;
}

export function providerCommand(): Command {
  const provider = new Command('provider').description(
    'GLAIR, AccuAuth and Iluma: clients that may ask us in their dialects, and vendors we ask',
  );
  const name = (): Argument => new Argument('<provider>', 'whose dialect').choices([...providerNames]);
  settings(
    organisationOptions(provider.command('enable').description('let a client in; its credentials are printed once')),
  )
    .addArgument(name())
    .option('--name <text>', 'what to call the client')
    .action(enable);
  organisationOptions(provider.command('list').description('clients and what they were answered')).action(list);
  settings(organisationOptions(provider.command('set').description('change what a client may')))
    .argument('<client>', 'id of the client')
    .action(set);
  organisationOptions(provider.command('disable').description('let a client in no more'))
    .argument('<client>', 'id of the client, or the provider when it has one client')
    .action(disable);
  organisationOptions(provider.command('rotate').description('new credentials, printed once; the old ones end'))
    .argument('<client>', 'id of the client, or the provider when it has one client')
    .action(rotate);
  const kinds = (): Argument => new Argument('<source>', 'which registry source').choices([...registryKinds]);
  organisationOptions(provider.command('connect').description('ask this registry source; credentials as a JSON object'))
    .addArgument(kinds())
    .option('--secret-file <file>', 'file that holds the credentials')
    .option('--secret-stdin', 'read the credentials from standard input')
    .option('--url <address>', 'instead of the public address of the vendor')
    .option('--position <n>', 'asked first at the lowest number')
    .option('--expires <instant>', 'when the credentials end, ISO 8601')
    .option('--monthly-quota <n>', 'questions a month by contract')
    .option('--daily-per-desk <n>', 'questions a desk or client and day')
    .option('--timeout-ms <n>', 'longest wait for an answer')
    .addOption(new Option('--purpose <purpose...>', 'what the contract permits').choices([...registryPurposes]))
    .option('--enabled', 'ask it')
    .option('--no-enabled', 'keep it, but do not ask it')
    .action(connect);
  organisationOptions(provider.command('sources').description('registry sources in the order they are asked')).action(
    sources,
  );
  organisationOptions(provider.command('disconnect').description('forget a source and its credentials'))
    .addArgument(kinds())
    .action(disconnect);
  return provider;
}

function settings(command: Command): Command {
  return command
    .option('--per-minute <n>', 'requests a minute')
    .option('--monthly-quota <n>', 'charged answers a month')
    .option('--expires <instant>', 'when the credentials end, ISO 8601')
    .addOption(new Option('--permission <name...>', 'only these').choices([...providerPermissions]))
    .option('--live', 'Iluma: the production key answers from live data')
    .option('--no-live', 'Iluma: it does not');
}

function readSettings(options: SettingOptions): Partial<ClientSettings> {
  const { expires, live, monthlyQuota, perMinute, permission } = options;
  return {
    ...(perMinute === undefined ? {} : { perMinute: Number(perMinute) }),
    ...(monthlyQuota === undefined ? {} : { monthlyQuota: Number(monthlyQuota) }),
    ...(expires === undefined ? {} : { expiresAt: expires }),
    ...(permission === undefined ? {} : { permissions: permission }),
    ...(live === undefined ? {} : { live }),
  };
}

const secretsText = (credentials: Readonly<Record<string, string>>): string =>
  Object.entries(credentials)
    .map(([name, value]) => `${name}  ${value}`)
    .join('\n');

async function enable(
  provider: ProviderName,
  options: OrganisationOptions & SettingOptions & { name?: string },
): Promise<void> {
  const request = {
    provider,
    settings: readSettings(options),
    ...(options.name === undefined ? {} : { name: options.name }),
  };
  await asOperator(
    options,
    (ctx, actor) => enableProvider(ctx, actor, request),
    (client) => print({ client }, options.json === true, `${client.id}\n${secretsText(client.credentials)}`),
  );
}

async function list(options: OrganisationOptions): Promise<void> {
  await asOperator(
    options,
    async (ctx, actor) => ok(await listClients(ctx, actor.orgId)),
    (clients) => {
      const lines = clients.map(
        ({ charged, id, login, name, provider, status }) =>
          `${id}  ${provider}  ${status}  ${login}  ${name}  ${charged} charged`,
      );
      print({ clients }, options.json === true, lines.join('\n'));
    },
  );
}

/** The id itself, or a provider that has exactly one active client. */
async function clientId(ctx: ServiceContext, actor: Actor, given: string): Promise<Result<string>> {
  if (!(providerNames as readonly string[]).includes(given)) return ok(given);
  const clients = (await listClients(ctx, actor.orgId)).filter(
    (one) => one.provider === given && one.status === 'active',
  );
  const [first, second] = clients;
  if (first === undefined) return fail('not_found', `${given} has no active client`);
  return second === undefined
    ? ok(first.id)
    : fail('validation_failed', `${given} has several clients: name one by id`);
}

async function set(given: string, options: OrganisationOptions & SettingOptions): Promise<void> {
  await change(given, options, readSettings(options));
}

async function disable(given: string, options: OrganisationOptions): Promise<void> {
  await change(given, options, { status: 'disabled' });
}

async function change(
  given: string,
  options: OrganisationOptions,
  wanted: Parameters<typeof changeClient>[3],
): Promise<void> {
  await asOperator(
    options,
    async (ctx, actor) => {
      const id = await clientId(ctx, actor, given);
      return id.ok ? changeClient(ctx, actor, id.value, wanted) : id;
    },
    (client) => print({ client }, options.json === true, `${client.id}  ${client.status}`),
  );
}

async function rotate(given: string, options: OrganisationOptions): Promise<void> {
  await asOperator(
    options,
    async (ctx, actor) => {
      const id = await clientId(ctx, actor, given);
      return id.ok ? rotateClient(ctx, actor, id.value) : id;
    },
    (client) => print({ client }, options.json === true, `${client.id}\n${secretsText(client.credentials)}`),
  );
}

async function connect(kind: RegistryKind, options: ConnectOptions): Promise<void> {
  const credentials = await readSecret(options);
  if (!credentials.ok) return complain(credentials.error);
  const { dailyPerDesk, enabled, expires, monthlyQuota, position, purpose, timeoutMs, url } = options;
  const changes: Partial<SourceOptions> = {
    ...(timeoutMs === undefined ? {} : { timeoutMs: Number(timeoutMs) }),
    ...(expires === undefined ? {} : { expiresAt: expires }),
    ...(monthlyQuota === undefined ? {} : { monthlyQuota: Number(monthlyQuota) }),
    ...(dailyPerDesk === undefined ? {} : { dailyPerAsker: Number(dailyPerDesk) }),
    ...(purpose === undefined ? {} : { purposes: purpose }),
    ...(enabled === undefined ? {} : { enabled }),
  };
  if (position !== undefined && !/^\d{1,4}$/.test(position))
    return complain({ code: 'validation_failed', message: '--position is a number from 0 to 9999' });
  await asOperator(
    options,
    (ctx, actor) =>
      connectSource(ctx, actor, {
        kind,
        options: changes,
        ...(credentials.value === undefined ? {} : { credentials: credentials.value }),
        ...(url === undefined ? {} : { baseUrl: url }),
        ...(position === undefined ? {} : { position: Number(position) }),
      }),
    (source) =>
      print({ source }, options.json === true, `${source.position}  ${source.kind}  ${source.baseUrl ?? '-'}`),
  );
}

async function readSecret({ secretFile, secretStdin }: ConnectOptions): Promise<Result<unknown>> {
  if (secretFile === undefined && secretStdin !== true) return ok(undefined);
  try {
    const read = secretFile === undefined ? await text(process.stdin) : await readFile(secretFile, 'utf8');
    return ok(JSON.parse(read) as unknown);
  } catch {
    return fail('validation_failed', 'the credentials could not be read: they must be one JSON object');
  }
}

async function sources(options: OrganisationOptions): Promise<void> {
  await asOperator(
    options,
    async (ctx, actor) => ok(await listSources(ctx, actor.orgId)),
    (list) => {
      const lines = list.map(
        ({ baseUrl, kind, options: one, position }) =>
          `${position}  ${kind}  ${one.enabled ? 'on' : 'off'}  ${baseUrl ?? '-'}`,
      );
      print({ sources: list }, options.json === true, lines.join('\n'));
    },
  );
}

async function disconnect(kind: RegistryKind, options: OrganisationOptions): Promise<void> {
  await asOperator(
    options,
    (ctx, actor) => disconnectSource(ctx, actor, kind),
    () => print({ disconnected: kind }, options.json === true, 'disconnected'),
  );
}
