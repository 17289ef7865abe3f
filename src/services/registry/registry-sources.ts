/** Which registries an organisation asks: connected with sealed credentials, in order, within limits. */
import { Compile } from 'typebox/compile';
import {
  defaultSourceOptions,
  registryKinds,
  SourceCredentialsSchema,
  SourceOptionsSchema,
  type RegistryKind,
  type SourceOptions,
} from '../../contract/registry.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { accuauthAddress } from '../../connectors/accuauth/accuauth-source.ts';
import { glairAddress } from '../../connectors/glair/glair-source.ts';
import { addressKind } from '../../connectors/http/addresses.ts';
import { literalAddress } from '../../connectors/http/guarded-connection.ts';
import { ilumaAddress } from '../../connectors/iluma/iluma-source.ts';
import {
  deleteRegistrySource,
  listRegistrySources,
  putRegistrySource,
  type RegistrySourceRow,
} from '../../store/repositories/registry-access.ts';
import { instant, type Actor, type ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';

export type VendorKind = Exclude<RegistryKind, 'imported'>;
export const vendorKinds = registryKinds.filter((kind): kind is VendorKind => kind !== 'imported');

const addresses: Readonly<Record<VendorKind, string>> = {
  glair: glairAddress,
  accuauth: accuauthAddress,
  iluma: ilumaAddress,
};

export interface SourceView {
  readonly kind: RegistryKind;
  readonly position: number;
  readonly baseUrl: string | null;
  readonly options: SourceOptions;
  readonly updatedAt: string;
}

export interface ConnectRequest {
  readonly kind: RegistryKind;
  /** As the vendor gave them; nothing for the imported table. */
  readonly credentials?: unknown;
  readonly baseUrl?: string;
  /** Asked first at the lowest number. */
  readonly position?: number;
  readonly options?: Partial<SourceOptions>;
}

export const credentialsContext = (orgId: string, kind: string): string => `registry-source:${orgId}:${kind}`;

function viewOf(row: RegistrySourceRow): SourceView {
  return {
    kind: row.kind as RegistryKind,
    position: Number(row.position),
    baseUrl: row.base_url,
    options: JSON.parse(row.options) as SourceOptions,
    updatedAt: row.updated_at,
  };
}

export async function listSources(ctx: ServiceContext, orgId: string): Promise<readonly SourceView[]> {
  return (await listRegistrySources(ctx.store.db, orgId)).map(viewOf);
}

/** Errors: `validation_failed`, saying which part of the request is of no use, never what it says. */
export async function connectSource(
  ctx: ServiceContext,
  actor: Actor,
  request: ConnectRequest,
): Promise<Result<SourceView>> {
  const { kind } = request;
  const known = (await listRegistrySources(ctx.store.db, actor.orgId)).find((row) => row.kind === kind);
  const options = {
    ...defaultSourceOptions,
    ...(known === undefined ? {} : viewOf(known).options),
    ...request.options,
  };
  if (!Compile(SourceOptionsSchema).Check(options))
    return fail('validation_failed', 'expiry, quotas, purposes or time limit are not usable');
  const baseUrl = kind === 'imported' ? null : readAddress(request.baseUrl ?? known?.base_url ?? addresses[kind]);
  if (baseUrl === undefined)
    return fail('validation_failed', 'the address must be https (http only on this machine), without a query');
  const sealed = sealCredentials(ctx, actor.orgId, request, known?.credentials_sealed ?? null);
  if (!sealed.ok) return sealed;
  const now = instant(ctx);
  const row: RegistrySourceRow = {
    id: known?.id ?? ctx.ids.next('rgs'),
    org_id: actor.orgId,
    kind,
    position: request.position ?? Number(known?.position ?? registryKinds.indexOf(kind) * 10),
    base_url: baseUrl,
    credentials_sealed: sealed.value,
    options: JSON.stringify(options),
    created_at: known?.created_at ?? now,
    updated_at: now,
  };
  await ctx.store.transaction(async (trx) => {
    await putRegistrySource(trx, row);
    const { position } = row;
    await recordAudit(ctx, trx, actor, {
      event: 'registry.source_changed',
      objectId: row.id,
      detail: { kind, position, credentials: request.credentials !== undefined, ...options },
    });
  });
  return ok(viewOf(row));
}

function sealCredentials(
  ctx: ServiceContext,
  orgId: string,
  { kind, credentials }: ConnectRequest,
  known: Uint8Array | null,
): Result<Uint8Array | null> {
  if (kind === 'imported') return ok(null);
  const schema = SourceCredentialsSchema[kind];
  const members = Object.keys(schema.properties).join(', ');
  if (credentials === undefined)
    return known === null ? fail('validation_failed', `credentials are needed: ${members}`) : ok(known);
  if (!Compile(schema).Check(credentials))
    return fail('validation_failed', `the credentials must be a JSON object with ${members} and nothing else`);
  const text = new TextEncoder().encode(JSON.stringify(credentials));
  return ok(ctx.vault.sealSecret(text, credentialsContext(orgId, kind)));
}

/** An origin, with a path perhaps; undefined = refused. */
function readAddress(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '')
    return undefined;
  const literal = literalAddress(url);
  const local = url.hostname === 'localhost' || (literal !== null && addressKind(literal) === 'loopback');
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && local)) return undefined;
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** Errors: `not_found`. */
export async function disconnectSource(ctx: ServiceContext, actor: Actor, kind: RegistryKind): Promise<Result<true>> {
  return ctx.store.transaction(async (trx): Promise<Result<true>> => {
    if (!(await deleteRegistrySource(trx, actor.orgId, kind))) return fail('not_found', 'no such source is connected');
    await recordAudit(ctx, trx, actor, { event: 'registry.source_changed', detail: { kind, removed: true } });
    return ok(true);
  });
}
