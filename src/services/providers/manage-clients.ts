/** Provider routes are off until an organisation has a client: made, listed, changed, disabled and rotated here. */
import { Compile } from 'typebox/compile';
import {
  ClientSettingsSchema,
  defaultClientSettings,
  type ClientSettings,
  type ProviderName,
} from '../../contract/providers/clients.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import {
  findClientByLogin,
  findProviderClient,
  insertProviderClient,
  listCharges,
  listProviderClients,
  spendToken,
  updateProviderClient,
  type ProviderClientRow,
} from '../../store/repositories/providers.ts';
import { sha256, timingSafeEqualText } from '../../vault/random.ts';
import { instant, systemActor, type Actor, type ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';
import { undoable } from '../undoable.ts';
import { clientContexts, freshCredentials } from './client-credentials.ts';

export interface ClientView {
  readonly id: string;
  readonly provider: ProviderName;
  readonly name: string;
  readonly status: 'active' | 'disabled';
  readonly login: string;
  readonly settings: ClientSettings;
  readonly createdAt: string;
  /** Answers so far, by code. */
  readonly answers: Readonly<Record<string, number>>;
  readonly charged: number;
}

export interface ClientWithSecrets extends Omit<ClientView, 'answers' | 'charged'> {
  /** Shown once. */
  readonly credentials: Readonly<Record<string, string>>;
}

function plainView(row: ProviderClientRow): Omit<ClientView, 'answers' | 'charged'> {
  return {
    id: row.id,
    provider: row.provider,
    name: row.name,
    status: row.status,
    login: row.login,
    settings: settingsOf(row),
    createdAt: row.created_at,
  };
}

export function settingsOf(row: Pick<ProviderClientRow, 'settings'>): ClientSettings {
  return JSON.parse(row.settings) as ClientSettings;
}

function readSettings(change: Partial<ClientSettings>, before: ClientSettings): Result<ClientSettings> {
  const settings = { ...before, ...change };
  return Compile(ClientSettingsSchema).Check(settings)
    ? ok(settings)
    : fail('validation_failed', 'limit, quota, expiry or permissions are not usable');
}

/** Errors: `validation_failed`. */
export async function enableProvider(
  ctx: ServiceContext,
  actor: Actor,
  request: { readonly provider: ProviderName; readonly name?: string; readonly settings?: Partial<ClientSettings> },
): Promise<Result<ClientWithSecrets>> {
  const settings = readSettings(request.settings ?? {}, defaultClientSettings);
  if (!settings.ok) return settings;
  const now = instant(ctx);
  const id = ctx.ids.next('pcl');
  const { row: secrets, shown } = freshCredentials(ctx, request.provider, id);
  const row: ProviderClientRow = {
    id,
    org_id: actor.orgId,
    provider: request.provider,
    name: request.name ?? request.provider,
    status: 'active',
    ...secrets,
    settings: JSON.stringify(settings.value),
    created_at: now,
    updated_at: now,
  };
  await ctx.store.transaction(async (trx) => {
    await insertProviderClient(trx, row);
    await recordAudit(ctx, trx, actor, {
      event: 'provider.client_created',
      objectId: id,
      detail: { provider: row.provider, ...settings.value },
    });
  });
  return ok({ ...plainView(row), credentials: shown });
}

export async function listClients(ctx: ServiceContext, orgId: string): Promise<readonly ClientView[]> {
  const rows = await listProviderClients(ctx.store.db, orgId);
  const charges = await listCharges(
    ctx.store.db,
    rows.map((row) => row.id),
  );
  return rows.map((row) => {
    const own = charges.filter((charge) => charge.client_id === row.id);
    const answers: Record<string, number> = {};
    for (const { code, count } of own) answers[code] = (answers[code] ?? 0) + Number(count);
    const charged = own.reduce((sum, one) => sum + (one.charged === 1 ? Number(one.count) : 0), 0);
    return { ...plainView(row), answers, charged };
  });
}

/** Errors: `not_found`, `validation_failed`. */
export async function changeClient(
  ctx: ServiceContext,
  actor: Actor,
  id: string,
  change: Partial<ClientSettings> & { readonly status?: 'active' | 'disabled' },
): Promise<Result<Omit<ClientView, 'answers' | 'charged'>>> {
  const { status, ...settings } = change;
  return undoable(ctx, async (trx) => {
    const row = await findProviderClient(trx, actor.orgId, id);
    if (row === null) return fail('not_found', 'no such client');
    const read = readSettings(settings, settingsOf(row));
    if (!read.ok) return read;
    const after = {
      ...row,
      status: status ?? row.status,
      settings: JSON.stringify(read.value),
      updated_at: instant(ctx),
    };
    await updateProviderClient(trx, id, after);
    await recordAudit(ctx, trx, actor, {
      event: status === 'disabled' ? 'provider.client_disabled' : 'provider.client_changed',
      objectId: id,
      detail: { provider: row.provider, ...change },
    });
    return ok(plainView(after));
  });
}

/** New credentials at once; the old ones end. Iluma keeps its business id and callback token. Errors: `not_found`. */
export async function rotateClient(ctx: ServiceContext, actor: Actor, id: string): Promise<Result<ClientWithSecrets>> {
  return undoable(ctx, async (trx) => {
    const row = await findProviderClient(trx, actor.orgId, id);
    if (row === null) return fail('not_found', 'no such client');
    const made = freshCredentials(ctx, row.provider, id, row.callback_token_sealed);
    const keepsLogin = row.provider === 'iluma';
    const after = {
      ...row,
      ...made.row,
      ...(keepsLogin ? { login: row.login } : {}),
      updated_at: instant(ctx),
    };
    await updateProviderClient(trx, id, after);
    await recordAudit(ctx, trx, actor, {
      event: 'provider.client_rotated',
      objectId: id,
      detail: { provider: row.provider },
    });
    const credentials = keepsLogin ? { ...made.shown, businessId: row.login } : made.shown;
    return ok({ ...plainView(after), credentials });
  });
}

/** Iluma's keys for its single-use token. Errors: `invalid_credentials` (unknown business, wrong or used token). */
export async function handOverKeys(
  ctx: ServiceContext,
  businessId: string,
  token: string,
): Promise<Result<{ readonly developmentKey: string; readonly productionKey: string }>> {
  const refused = fail('invalid_credentials', 'unknown business, or the token is wrong or was used already');
  const row = await findClientByLogin(ctx.store.db, 'iluma', businessId);
  const hash = sha256(token);
  const good = timingSafeEqualText(hash, row?.token_hash ?? sha256('nobody'));
  if (row?.status !== 'active' || row.token_hash === null || row.keys_sealed === null || !good) return refused;
  const sealed = row.keys_sealed;
  return ctx.store.transaction(async (trx): Promise<Result<{ developmentKey: string; productionKey: string }>> => {
    if (!(await spendToken(trx, row.id, hash))) return refused;
    await recordAudit(ctx, trx, systemActor(row.org_id), { event: 'provider.keys_issued', objectId: row.id });
    const opened = ctx.vault.openSecret(sealed, clientContexts.keys(row.id));
    return ok(JSON.parse(new TextDecoder().decode(opened)) as { developmentKey: string; productionKey: string });
  });
}
