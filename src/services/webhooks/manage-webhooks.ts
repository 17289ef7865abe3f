/** Webhooks as their owner sees them: register, change, rotate the secret, delete. The secret is shown once. */
import { randomToken } from '../../vault/random.ts';
import type { ResolveHost } from '../../connectors/http/guarded-connection.ts';
import {
  defaultOverlapHours,
  type CreateWebhookInput,
  type UpdateWebhookInput,
  type WebhookView,
} from '../../contract/api/webhooks.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { findOrganisation } from '../../store/repositories/organisations.ts';
import type { Db, ListPart, Slice } from '../../store/repositories/types.ts';
import { cancelDeliveries } from '../../store/repositories/webhooks-deliveries.ts';
import {
  activeSecrets,
  countWebhooks,
  deleteSecrets,
  deleteSecretsOf,
  endSecrets,
  findWebhook,
  insertWebhook,
  insertWebhookSecret,
  listWebhooks as listRows,
  updateWebhook as updateRow,
  type WebhookRow,
  type WebhookSecretRow,
} from '../../store/repositories/webhooks.ts';
import { instant, minuteMs, plusMs, type Actor, type ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';
import { undoable } from '../undoable.ts';
import { checkTarget } from './webhook-targets.ts';

export const secretContext = (secretId: string): string => `webhook:${secretId}`;
/** Enough for one receiver per concern; every event costs a row for each. */
const mostWebhooks = 50;
/** Signatures one delivery carries at most. */
const mostSecrets = 3;

const notFound = (): Result<never> => fail('not_found', 'webhook not found');
const secretView = (row: WebhookSecretRow) => ({ id: row.id, createdAt: row.created_at, expiresAt: row.expires_at });

function toView(row: WebhookRow, secrets: readonly WebhookSecretRow[]): WebhookView {
  return {
    id: row.id,
    url: row.url,
    events: JSON.parse(row.events) as WebhookView['events'],
    description: row.description,
    status: row.status,
    secrets: secrets.filter((one) => one.webhook_id === row.id).map(secretView),
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

async function allowListOf(ctx: ServiceContext, orgId: string): Promise<readonly string[]> {
  return (await findOrganisation(ctx.store.db, orgId))?.settings.webhookAllowList ?? [];
}

async function addSecret(ctx: ServiceContext, trx: Db, orgId: string, webhookId: string): Promise<string> {
  const secret = `qe_whsec_${randomToken(32)}`;
  const id = ctx.ids.next('whs');
  await insertWebhookSecret(trx, {
    id,
    org_id: orgId,
    webhook_id: webhookId,
    secret_sealed: ctx.vault.sealSecret(new TextEncoder().encode(secret), secretContext(id)),
    created_at: instant(ctx),
    expires_at: null,
  });
  return secret;
}

/** Errors: `webhook_target_refused`, `webhook_limit`. */
export async function createWebhook(
  ctx: ServiceContext,
  actor: Actor,
  input: CreateWebhookInput,
  resolve?: ResolveHost,
): Promise<Result<WebhookView & { readonly secret: string }>> {
  const target = await checkTarget(input.url, await allowListOf(ctx, actor.orgId), resolve);
  if (!target.ok) return target;
  return undoable(ctx, async (trx) => {
    if ((await countWebhooks(trx, actor.orgId)) >= mostWebhooks)
      return fail('webhook_limit', `an organisation has at most ${mostWebhooks} webhooks`);
    const now = instant(ctx);
    const row: WebhookRow = {
      id: ctx.ids.next('whk'),
      org_id: actor.orgId,
      url: target.value.href,
      description: input.description ?? null,
      events: JSON.stringify(input.events),
      status: 'active',
      created_by: actor.id,
      created_at: now,
      updated_at: now,
      deleted_at: null,
    };
    await insertWebhook(trx, row);
    const secret = await addSecret(ctx, trx, actor.orgId, row.id);
    await recordAudit(ctx, trx, actor, {
      event: 'webhook.created',
      objectId: row.id,
      // The path of an address may hold a receiver's own secret.
      detail: { host: target.value.host, events: input.events },
    });
    return ok({ ...toView(row, await activeSecrets(trx, [row.id], now)), secret });
  });
}

export async function listWebhooks(
  ctx: ServiceContext,
  actor: Actor,
  filter: { readonly updatedAfter?: string },
  slice: Slice,
): Promise<ListPart<WebhookView>> {
  const part = await listRows(ctx.store.db, actor.orgId, filter, slice);
  const secrets = await activeSecrets(
    ctx.store.db,
    part.rows.map((row) => row.id),
    instant(ctx),
  );
  return { ...part, rows: part.rows.map((row) => toView(row, secrets)) };
}

/** Errors: `not_found`, `webhook_target_refused`. */
export async function updateWebhook(
  ctx: ServiceContext,
  actor: Actor,
  id: string,
  input: UpdateWebhookInput,
  resolve?: ResolveHost,
): Promise<Result<WebhookView>> {
  const known = await findWebhook(ctx.store.db, actor.orgId, id);
  if (known === null) return notFound();
  const target = await checkTarget(input.url ?? known.url, await allowListOf(ctx, actor.orgId), resolve);
  if (input.url !== undefined && !target.ok) return target;
  return undoable(ctx, async (trx) => {
    if ((await findWebhook(trx, actor.orgId, id)) === null) return notFound();
    const now = instant(ctx);
    await updateRow(trx, actor.orgId, id, {
      ...(input.url !== undefined && target.ok ? { url: target.value.href } : {}),
      ...(input.events === undefined ? {} : { events: JSON.stringify(input.events) }),
      ...(input.description === undefined ? {} : { description: input.description }),
      ...(input.status === undefined ? {} : { status: input.status }),
      updated_at: now,
    });
    await recordAudit(ctx, trx, actor, {
      event: 'webhook.updated',
      objectId: id,
      detail: {
        ...(input.url !== undefined && target.ok ? { host: target.value.host } : {}),
        ...(input.events === undefined ? {} : { events: input.events }),
        ...(input.status === undefined ? {} : { status: input.status }),
      },
    });
    const row = await findWebhook(trx, actor.orgId, id);
    return row === null ? notFound() : ok(toView(row, await activeSecrets(trx, [id], now)));
  });
}

export interface Rotated {
  readonly id: string;
  readonly secret: string;
  readonly secrets: WebhookView['secrets'];
}

/** A new secret signs at once; the earlier ones go on for the overlap. Errors: `not_found`. */
export async function rotateSecret(
  ctx: ServiceContext,
  actor: Actor,
  id: string,
  overlapHours: number = defaultOverlapHours,
): Promise<Result<Rotated>> {
  return undoable(ctx, async (trx) => {
    if ((await findWebhook(trx, actor.orgId, id)) === null) return notFound();
    const now = instant(ctx);
    await endSecrets(trx, id, plusMs(now, overlapHours * 60 * minuteMs));
    const secret = await addSecret(ctx, trx, actor.orgId, id);
    const signing = await activeSecrets(trx, [id], now);
    await deleteSecrets(
      trx,
      signing.slice(mostSecrets).map((one) => one.id),
    );
    await updateRow(trx, actor.orgId, id, { updated_at: now });
    await recordAudit(ctx, trx, actor, { event: 'webhook.secret_rotated', objectId: id, detail: { overlapHours } });
    return ok({ id, secret, secrets: signing.slice(0, mostSecrets).map(secretView) });
  });
}

/** Its secrets go at once, what waits is cancelled, the log stays its 30 days. Errors: `not_found`. */
export async function deleteWebhook(
  ctx: ServiceContext,
  actor: Actor,
  id: string,
): Promise<Result<{ readonly id: string; readonly deletedAt: string }>> {
  return undoable(ctx, async (trx) => {
    if ((await findWebhook(trx, actor.orgId, id)) === null) return notFound();
    const deletedAt = instant(ctx);
    await updateRow(trx, actor.orgId, id, { deleted_at: deletedAt, updated_at: deletedAt });
    await deleteSecretsOf(trx, id);
    await cancelDeliveries(trx, id, deletedAt);
    await recordAudit(ctx, trx, actor, { event: 'webhook.deleted', objectId: id });
    return ok({ id, deletedAt });
  });
}
