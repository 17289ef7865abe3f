/** What commands that open a data directory share: open, work, close, print, exit status. */
import type { Command } from 'commander';
import { fail, ok, type Failure, type Result } from '../contract/result.ts';
import type { Vision } from '../contract/vision.ts';
import { systemActor, type Actor, type ServiceContext } from '../services/context.ts';
import { openInstallation } from '../services/open-installation.ts';
import { listOrganisations } from '../store/repositories/organisations.ts';
import { placesOf } from './places.ts';

/** Commands that look at no picture start no vision process. */
export const noVision: Vision = {
  analyseCard: () => Promise.reject(new Error('no vision in this command')),
  analyseFace: () => Promise.reject(new Error('no vision in this command')),
  coachCard: () => Promise.reject(new Error('no vision in this command')),
  coachFace: () => Promise.reject(new Error('no vision in this command')),
  status: () => Promise.resolve({ host: 'inline', state: 'down', restarts: 0, models: [] }),
  close: () => Promise.resolve(),
};

/** Failures of the input itself; everything else is a refusal. */
const unusable = new Set([
  'validation_failed',
  'not_initialised',
  'bad_request',
  'not_found',
  'unavailable',
  'database_missing',
]);

export function exitStatus(failure: Failure): 1 | 2 {
  return unusable.has(failure.code) || failure.code.startsWith('store_') || failure.code.startsWith('installation_')
    ? 2
    : 1;
}

export function complain(failure: Failure): void {
  process.stderr.write(`${failure.code}: ${failure.message.replaceAll('\n', ' ')}\n`);
  process.exitCode = exitStatus(failure);
}

export function print(value: unknown, json: boolean, text: string): void {
  process.stdout.write(`${json ? JSON.stringify(value) : text}\n`);
}

/** Opens the directory, does the work, closes; prints the answer or the one-line complaint. */
export async function withInstallation<T>(
  dataDirectory: string,
  work: (ctx: ServiceContext) => Promise<Result<T>>,
  show: (value: T) => void,
): Promise<void> {
  const place = placesOf();
  if (!place.ok) return complain(place.error);
  const opened = await openInstallation({ dataDirectory, vision: noVision, ...place.value });
  if (!opened.ok) return complain(opened.error);
  let result: Result<T>;
  try {
    result = await work(opened.value.context);
  } finally {
    await opened.value.close();
  }
  if (result.ok) show(result.value);
  else complain(result.error);
}

/** The named organisation, or the only one there is. */
export async function operatorOf(ctx: ServiceContext, orgId: string | undefined): Promise<Result<Actor>> {
  const organisations = await listOrganisations(ctx.store.db);
  const chosen = orgId === undefined ? organisations : organisations.filter((one) => one.id === orgId);
  const [first, second] = chosen;
  if (first === undefined)
    return fail('not_found', orgId === undefined ? 'there is no organisation yet' : 'organisation not found');
  if (second !== undefined) return fail('validation_failed', 'several organisations here: name one with --org');
  return ok(systemActor(first.id));
}

/** What commands on one organisation's behalf take. */
export interface OrganisationOptions {
  readonly data: string;
  readonly org?: string;
  readonly json?: boolean;
}

/** The options of `OrganisationOptions`, the same in every command. */
export function organisationOptions(command: Command): Command {
  return command
    .requiredOption('--data <dir>', 'data directory of the installation')
    .option('--org <id>', 'which organisation, where there are several')
    .option('--json', 'one JSON document on stdout');
}

/** `withInstallation`, as the operator of the organisation that is meant. */
export async function asOperator<T>(
  options: OrganisationOptions,
  work: (ctx: ServiceContext, actor: Actor) => Promise<Result<T>>,
  show: (value: T) => void,
): Promise<void> {
  await withInstallation(
    options.data,
    async (ctx) => {
      const actor = await operatorOf(ctx, options.org);
      return actor.ok ? work(ctx, actor.value) : actor;
    },
    show,
  );
}
