import { listPart } from './list-part.ts';
import type { Db, ListPart, Row, Slice } from './types.ts';

export type WebhookRow = Row<'webhooks'>;
export type WebhookSecretRow = Row<'webhook_secrets'>;

export async function insertWebhook(db: Db, row: WebhookRow): Promise<void> {
  await db.insertInto('webhooks').values(row).execute();
}

/** Deleted ones are not found. */
export async function findWebhook(db: Db, orgId: string, id: string): Promise<WebhookRow | null> {
  const row = await db
    .selectFrom('webhooks')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  return row ?? null;
}

export async function updateWebhook(
  db: Db,
  orgId: string,
  id: string,
  change: Partial<Pick<WebhookRow, 'url' | 'description' | 'events' | 'status' | 'updated_at' | 'deleted_at'>>,
): Promise<void> {
  await db.updateTable('webhooks').set(change).where('org_id', '=', orgId).where('id', '=', id).execute();
}

export async function countWebhooks(db: Db, orgId: string): Promise<number> {
  const { n } = await db
    .selectFrom('webhooks')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('org_id', '=', orgId)
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(n);
}

export async function listWebhooks(
  db: Db,
  orgId: string,
  filter: { readonly updatedAfter?: string },
  slice: Slice,
): Promise<ListPart<WebhookRow>> {
  let query = db.selectFrom('webhooks').selectAll().where('org_id', '=', orgId).where('deleted_at', 'is', null);
  if (filter.updatedAfter !== undefined) query = query.where('updated_at', '>', filter.updatedAfter);
  return listPart(query, slice.by === 'page' ? 'created_at' : 'updated_at', slice);
}

/** Those an event of this organisation goes to. */
export async function activeWebhooks(db: Db, orgId: string): Promise<readonly Pick<WebhookRow, 'id' | 'events'>[]> {
  return db
    .selectFrom('webhooks')
    .select(['id', 'events'])
    .where('org_id', '=', orgId)
    .where('status', '=', 'active')
    .where('deleted_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

export async function insertWebhookSecret(db: Db, row: WebhookSecretRow): Promise<void> {
  await db.insertInto('webhook_secrets').values(row).execute();
}

/** Newest first; several webhooks at once, so that a list costs one query. */
export async function activeSecrets(
  db: Db,
  webhookIds: readonly string[],
  now: string,
): Promise<readonly WebhookSecretRow[]> {
  if (webhookIds.length === 0) return [];
  return db
    .selectFrom('webhook_secrets')
    .selectAll()
    .where('webhook_id', 'in', [...webhookIds])
    .where(({ or, eb }) => or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
}

/** Those that would sign beyond `at` sign until `at`. */
export async function endSecrets(db: Db, webhookId: string, at: string): Promise<void> {
  await db
    .updateTable('webhook_secrets')
    .set({ expires_at: at })
    .where('webhook_id', '=', webhookId)
    .where(({ or, eb }) => or([eb('expires_at', 'is', null), eb('expires_at', '>', at)]))
    .execute();
}

export async function deleteSecrets(db: Db, ids: readonly string[]): Promise<void> {
  if (ids.length > 0)
    await db
      .deleteFrom('webhook_secrets')
      .where('id', 'in', [...ids])
      .execute();
}

export async function deleteSecretsOf(db: Db, webhookId: string): Promise<void> {
  await db.deleteFrom('webhook_secrets').where('webhook_id', '=', webhookId).execute();
}
