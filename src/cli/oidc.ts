/** `loket oidc set | show | remove`: staff sign-in with the bank's own OpenID provider. */
import { Command } from 'commander';
import type { Result } from '../contract/result.ts';
import type { Actor, ServiceContext } from '../services/context.ts';
import { getProvider, removeProvider, setProvider } from '../services/oidc/provider.ts';
import { asOperator, complain, organisationOptions, print, type OrganisationOptions } from './with-installation.ts';

interface SetOptions extends OrganisationOptions {
  readonly issuer?: string;
  readonly clientId?: string;
  readonly clientSecretEnv?: string;
  readonly trustEmail?: boolean;
}

export function oidcCommand(): Command {
  const oidc = new Command('oidc').description("staff sign-in with the bank's own OpenID provider");
  organisationOptions(oidc.command('set').description('set up or change the provider'))
    .option('--issuer <url>', 'address of the provider, as it calls itself')
    .option('--client-id <id>', 'what the provider calls this installation')
    .option('--client-secret-env <NAME>', 'environment variable that holds the client secret')
    .option('--trust-email', "the provider is the bank's own directory: an absent email_verified counts as true")
    .option('--no-trust-email', 'an address counts only when the provider says it is verified')
    .action(set);
  organisationOptions(oidc.command('show').description('show the provider, never its secret')).action(show);
  organisationOptions(oidc.command('remove').description('remove the provider')).action(remove);
  return oidc;
}

async function run<T>(
  options: OrganisationOptions,
  work: (ctx: ServiceContext, actor: Actor) => Promise<Result<T>>,
  text: (value: T) => string,
): Promise<void> {
  await asOperator(options, work, (value) => print({ provider: value }, options.json === true, text(value)));
}

/** A secret never comes as an argument: process lists and shell histories keep those. */
async function set(options: SetOptions): Promise<void> {
  const { issuer, clientId, clientSecretEnv, trustEmail } = options;
  const clientSecret = clientSecretEnv === undefined ? undefined : process.env[clientSecretEnv];
  if (clientSecretEnv !== undefined && (clientSecret === undefined || clientSecret === ''))
    return complain({ code: 'validation_failed', message: `the environment variable ${clientSecretEnv} is empty` });
  const change = {
    ...(issuer === undefined ? {} : { issuer }),
    ...(clientId === undefined ? {} : { clientId }),
    ...(clientSecret === undefined ? {} : { clientSecret }),
    ...(trustEmail === undefined ? {} : { trustEmail }),
  };
  await run(options, (ctx, actor) => setProvider(ctx, actor, change), line);
}

async function show(options: OrganisationOptions): Promise<void> {
  await run(options, getProvider, line);
}

async function remove(options: OrganisationOptions): Promise<void> {
  await run(options, removeProvider, () => 'removed');
}

function line(provider: { readonly issuer: string; readonly clientId: string }): string {
  return `${provider.issuer}  ${provider.clientId}`;
}
