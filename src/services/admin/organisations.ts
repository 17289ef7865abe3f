/** Organisations of an installation. The one it was set up with runs it; the others see themselves. */
import { fail, ok, type Result } from '../../contract/result.ts';
import type { Environment } from '../../contract/vocabulary.ts';
import { listOrganisations as listRows, type Organisation } from '../../store/repositories/organisations.ts';
import { randomToken } from '../../vault/random.ts';
import type { Actor, ServiceContext } from '../context.ts';
import { setUpOrganisation } from '../set-up-organisation.ts';

export interface OrganisationRecord {
  readonly id: string;
  readonly name: string;
  readonly branch: string;
  readonly environment: Environment;
  readonly createdAt: string;
}

function view({ id, name, branch, settings, createdAt }: Organisation): OrganisationRecord {
  return { id, name, branch, environment: settings.environment, createdAt };
}

async function visible(ctx: ServiceContext, actor: Actor): Promise<{ all: boolean; rows: readonly Organisation[] }> {
  const rows = await listRows(ctx.store.db);
  const all = rows[0]?.id === actor.orgId;
  return { all, rows: all ? rows : rows.filter((row) => row.id === actor.orgId) };
}

export async function listOrganisations(ctx: ServiceContext, actor: Actor): Promise<readonly OrganisationRecord[]> {
  return (await visible(ctx, actor)).rows.map(view);
}

export interface CreatedOrganisation extends OrganisationRecord {
  readonly admin: { readonly id: string; readonly email: string; readonly password?: string };
}

/** With its first admin. Errors: `forbidden` (another organisation's admin), `validation_failed`, `organisation_exists`, `user_exists`. */
export async function createOrganisation(
  ctx: ServiceContext,
  actor: Actor,
  input: {
    readonly name: string;
    readonly branch: string;
    readonly environment?: Environment | undefined;
    readonly admin: { readonly email: string; readonly fullName: string; readonly password?: string | undefined };
  },
): Promise<Result<CreatedOrganisation>> {
  if (!(await visible(ctx, actor)).all) return fail('forbidden', 'only an admin of this installation may do this');
  const password = input.admin.password ?? randomToken(18);
  const done = await setUpOrganisation(ctx, {
    name: input.name,
    branch: input.branch,
    ...(input.environment === undefined ? {} : { environment: input.environment }),
    people: [{ ...input.admin, password, role: 'admin' }],
  });
  if (!done.ok) return done;
  const [admin] = done.value.people;
  return ok({
    ...view(done.value.organisation),
    admin: {
      id: admin?.id ?? '',
      email: admin?.email ?? '',
      ...(input.admin.password === undefined ? { password } : {}),
    },
  });
}
