/** API keys: `qe_sk_<sandbox|live>_<32 base32>`; the SHA-256 is stored, the key itself is shown once (api-decisions 4). */
import { base32nopad } from '@scure/base';
import { fail, ok, type Result } from '../contract/result.ts';
import type { OrgSettings } from '../contract/settings.ts';
import { scopes as allScopes, type Environment, type Scope } from '../contract/vocabulary.ts';
import {
  findApiKey,
  findApiKeyByHash,
  insertApiKey,
  listApiKeys as listRows,
  revokeApiKeyAt,
  touchApiKey,
  type ApiKeyRow,
} from '../store/repositories/api-keys.ts';
import { findOrganisation } from '../store/repositories/organisations.ts';
import type { Db, ListPart, Slice } from '../store/repositories/types.ts';
import { randomBytes, sha256 } from '../vault/random.ts';
import { instant, minuteMs, plusMs, type Actor, type ServiceContext } from './context.ts';
import { recordAudit } from './record-audit.ts';
import { undoable } from './undoable.ts';

export const apiKeyPattern = /^qe_sk_(sandbox|live)_[A-Z2-7]{32}$/;

export interface ApiKeyView {
  readonly id: string;
  readonly name: string;
  readonly env: Environment;
  readonly scopes: readonly Scope[];
  readonly hint: string;
  readonly createdBy: string | null;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

function toView(row: ApiKeyRow): ApiKeyView {
  return {
    id: row.id,
    name: row.name,
    env: row.environment as Environment,
    scopes: JSON.parse(row.scopes) as Scope[],
    hint: row.key_hint,
    createdBy: row.created_by,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  };
}

export interface NewApiKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Must be the organisation's environment where given. */
  readonly env?: Environment;
}

/** A key may not hand out more than its creator holds; `write` covers reads, not `internal` or `api:manage`. */
function exceeds(actor: Actor, wanted: readonly Scope[]): Scope | null {
  if (actor.kind !== 'api_key') return null;
  return wanted.find((scope) => !(actor.scopes ?? []).includes(scope)) ?? null;
}

/** Errors: `forbidden` (a scope the creating key lacks), `validation_failed` (environment of another kind). */
export async function createApiKey(
  ctx: ServiceContext,
  actor: Actor,
  input: NewApiKey,
): Promise<Result<ApiKeyView & { readonly key: string }>> {
  return ctx.store.transaction((trx) => addApiKey(ctx, trx, actor, input));
}

/** The same inside a caller's transaction. */
export async function addApiKey(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  input: NewApiKey,
): Promise<Result<ApiKeyView & { readonly key: string }>> {
  const organisation = await findOrganisation(trx, actor.orgId);
  if (organisation === null) return fail('not_found', 'organisation not found');
  const environment = organisation.settings.environment;
  if (input.env !== undefined && input.env !== environment) {
    return fail('validation_failed', 'validation failed', {
      fieldErrors: { env: [`this organisation is ${environment}`] },
    });
  }
  const tooMuch = exceeds(actor, input.scopes);
  if (tooMuch !== null) return fail('forbidden', `a key cannot grant a scope it lacks: ${tooMuch}`);
  const key = `qe_sk_${environment}_${base32nopad.encode(randomBytes(20))}`;
  const row: ApiKeyRow = {
    id: ctx.ids.next('key'),
    org_id: actor.orgId,
    name: input.name,
    environment,
    scopes: JSON.stringify([...new Set(input.scopes)]),
    key_hash: sha256(key),
    key_hint: key.slice(0, key.length - 28),
    created_by: actor.id,
    created_at: instant(ctx),
    last_used_at: null,
    revoked_at: null,
  };
  await insertApiKey(trx, row);
  await recordAudit(ctx, trx, actor, { event: 'api_key.created', objectId: row.id, detail: { scopes: input.scopes } });
  return ok({ ...toView(row), key });
}

export interface RotatedApiKey extends ApiKeyView {
  /** Shown once. */
  readonly key: string;
  readonly replaces: string;
}

/**
 * A new key with the name and scopes of another, which ends after `graceHours`. Errors: `not_found`, `key_revoked`,
 * `forbidden` (a scope the rotating key lacks).
 */
export async function rotateApiKey(
  ctx: ServiceContext,
  actor: Actor,
  id: string,
  graceHours: number,
): Promise<Result<RotatedApiKey>> {
  return undoable(ctx, async (trx) => {
    const old = await liveKey(ctx, trx, actor, id);
    if (!old.ok) return old;
    const { name, scopes } = toView(old.value);
    const made = await addApiKey(ctx, trx, actor, { name, scopes });
    if (!made.ok) return made;
    const endsAt = plusMs(instant(ctx), graceHours * 60 * minuteMs);
    await revokeApiKeyAt(trx, actor.orgId, id, endsAt);
    await recordAudit(ctx, trx, actor, {
      event: 'api_key.rotated',
      objectId: id,
      detail: { newKey: made.value.id, endsAt },
    });
    return ok({ ...made.value, replaces: id });
  });
}

/** At once. Errors: `not_found`, `key_revoked`. */
export async function revokeApiKey(ctx: ServiceContext, actor: Actor, id: string): Promise<Result<ApiKeyView>> {
  return undoable(ctx, async (trx) => {
    const row = await liveKey(ctx, trx, actor, id);
    if (!row.ok) return row;
    const now = instant(ctx);
    await revokeApiKeyAt(trx, actor.orgId, id, now);
    await recordAudit(ctx, trx, actor, { event: 'api_key.revoked', objectId: id });
    return ok(toView({ ...row.value, revoked_at: now }));
  });
}

async function liveKey(ctx: ServiceContext, trx: Db, actor: Actor, id: string): Promise<Result<ApiKeyRow>> {
  const row = await findApiKey(trx, actor.orgId, id);
  if (row === null) return fail('not_found', 'API key not found');
  const ended = row.revoked_at !== null && row.revoked_at <= instant(ctx);
  return ended ? fail('key_revoked', 'this API key was revoked already') : ok(row);
}

export async function listApiKeys(ctx: ServiceContext, actor: Actor, slice: Slice): Promise<ListPart<ApiKeyView>> {
  const part = await listRows(ctx.store.db, actor.orgId, slice);
  return { ...part, rows: part.rows.map(toView) };
}

/** The actor behind a key, or null: malformed, unknown, revoked, or of another environment than its organisation now. */
export async function resolveApiKey(
  ctx: ServiceContext,
  key: string,
): Promise<{ readonly actor: Actor; readonly settings: OrgSettings } | null> {
  if (!apiKeyPattern.test(key)) return null;
  const found = await findApiKeyByHash(ctx.store.db, sha256(key));
  if (found === null) return null;
  const { row, settings } = found;
  const now = instant(ctx);
  // A rotated key may live on for the hours its holder needs to take the new one in use.
  if (row.revoked_at !== null && row.revoked_at <= now) return null;
  if (settings.environment !== row.environment) return null;
  if (row.last_used_at === null || plusMs(row.last_used_at, minuteMs) <= now)
    await touchApiKey(ctx.store.db, row.id, now);
  const held = (JSON.parse(row.scopes) as string[]).filter((scope): scope is Scope =>
    (allScopes as readonly string[]).includes(scope),
  );
  return { actor: { kind: 'api_key', id: row.id, orgId: row.org_id, scopes: held }, settings };
}
