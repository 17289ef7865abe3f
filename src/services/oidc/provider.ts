/** The organisation's OpenID provider: issuer, client, sealed secret. Set by its admin or by `loket oidc set`. */
import { fail, ok, type Result } from '../../contract/result.ts';
import {
  deleteOidcProvider,
  findOidcProvider,
  putOidcProvider,
  type OidcProviderRow,
} from '../../store/repositories/oidc.ts';
import { findOrganisation } from '../../store/repositories/organisations.ts';
import { instant, type Actor, type ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';
import { undoable } from '../undoable.ts';

export interface OidcProviderView {
  readonly issuer: string;
  readonly clientId: string;
  readonly trustEmail: boolean;
  readonly updatedAt: string;
}

export interface OidcProviderChange {
  readonly issuer?: string | undefined;
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  readonly trustEmail?: boolean | undefined;
}

const secretContext = (orgId: string): string => `oidc-client-secret:${orgId}`;

export function clientSecretOf(ctx: ServiceContext, row: OidcProviderRow): string {
  return new TextDecoder().decode(ctx.vault.openSecret(row.client_secret_sealed, secretContext(row.org_id)));
}

function view(row: OidcProviderRow): OidcProviderView {
  return { issuer: row.issuer, clientId: row.client_id, trustEmail: row.trust_email === 1, updatedAt: row.updated_at };
}

/** Errors: `not_found`. Never the secret. */
export async function getProvider(ctx: ServiceContext, actor: Actor): Promise<Result<OidcProviderView>> {
  const row = await findOidcProvider(ctx.store.db, actor.orgId);
  return row === null ? fail('not_found', 'no provider is set up') : ok(view(row));
}

function invalid(field: string, message: string): Result<never> {
  return fail('validation_failed', `validation failed: ${field}: ${message}`, { fieldErrors: { [field]: [message] } });
}

/** TLS always; a provider on this very machine only while the organisation is a sandbox. */
function usableIssuer(issuer: string, sandbox: boolean): boolean {
  const url = URL.parse(issuer);
  if (url === null || url.search !== '' || url.hash !== '' || url.username !== '') return false;
  if (url.protocol === 'https:') return true;
  return sandbox && url.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
}

/** A secret never follows to another issuer or client: it is given anew with them. Errors: `not_found`, `validation_failed`. */
export async function setProvider(
  ctx: ServiceContext,
  actor: Actor,
  change: OidcProviderChange,
): Promise<Result<OidcProviderView>> {
  return undoable(ctx, async (trx) => {
    const organisation = await findOrganisation(trx, actor.orgId);
    if (organisation === null) return fail('not_found', 'organisation not found');
    const held = await findOidcProvider(trx, actor.orgId);
    const issuer = change.issuer ?? held?.issuer;
    const clientId = change.clientId ?? held?.client_id;
    if (issuer === undefined || !usableIssuer(issuer, organisation.settings.environment === 'sandbox'))
      return invalid('issuer', 'the https address of the provider, as it calls itself');
    if (clientId === undefined) return invalid('clientId', 'required');
    const moved = held === null || held.issuer !== issuer || held.client_id !== clientId;
    if (change.clientSecret === undefined && moved) return invalid('clientSecret', 'required with issuer and client');
    const now = instant(ctx);
    const sealed =
      change.clientSecret === undefined
        ? held?.client_secret_sealed
        : ctx.vault.sealSecret(new TextEncoder().encode(change.clientSecret), secretContext(actor.orgId));
    if (sealed === undefined) return invalid('clientSecret', 'required');
    const row: OidcProviderRow = {
      org_id: actor.orgId,
      issuer,
      client_id: clientId,
      client_secret_sealed: sealed,
      trust_email: (change.trustEmail ?? held?.trust_email === 1) ? 1 : 0,
      created_at: held?.created_at ?? now,
      updated_at: now,
    };
    await putOidcProvider(trx, row);
    await recordAudit(ctx, trx, actor, {
      event: 'settings.changed',
      objectId: actor.orgId,
      detail: { keys: Object.keys(change).map((name) => `oidc.${name}`), issuer },
    });
    return ok(view(row));
  });
}

/** Errors: `not_found`. */
export async function removeProvider(ctx: ServiceContext, actor: Actor): Promise<Result<true>> {
  return undoable(ctx, async (trx) => {
    if (!(await deleteOidcProvider(trx, actor.orgId))) return fail('not_found', 'no provider is set up');
    await recordAudit(ctx, trx, actor, {
      event: 'settings.changed',
      objectId: actor.orgId,
      detail: { keys: ['oidc'], removed: true },
    });
    return ok(true);
  });
}
