import type { Db, Row } from './types.ts';

export type CaptureRow = Row<'captures'>;
export type KtpBundleRow = Row<'ktp_bundles'>;

export async function insertCapture(db: Db, row: CaptureRow): Promise<void> {
  await db.insertInto('captures').values(row).execute();
}

export async function findCaptureByNonce(db: Db, orgId: string, nonce: string): Promise<CaptureRow | null> {
  const row = await db
    .selectFrom('captures')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('nonce', '=', nonce)
    .executeTakeFirst();
  return row ?? null;
}

/** How many of a kind were taken of a customer after one instant, up to and including another. */
export async function countCapturesTaken(
  db: Db,
  orgId: string,
  customerId: string,
  kind: string,
  period: { readonly after: string; readonly until: string },
): Promise<number> {
  const row = await db
    .selectFrom('captures')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('org_id', '=', orgId)
    .where('customer_id', '=', customerId)
    .where('kind', '=', kind)
    .where('captured_at', '>', period.after)
    .where('captured_at', '<=', period.until)
    .executeTakeFirstOrThrow();
  return Number(row.n);
}

export async function findCapture(db: Db, orgId: string, id: string): Promise<CaptureRow | null> {
  const row = await db
    .selectFrom('captures')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

export async function insertKtpBundle(db: Db, row: KtpBundleRow): Promise<void> {
  await db.insertInto('ktp_bundles').values(row).execute();
}

export async function findKtpBundleByVerification(
  db: Db,
  orgId: string,
  verificationId: string,
): Promise<KtpBundleRow | null> {
  const row = await db
    .selectFrom('ktp_bundles')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('verification_id', '=', verificationId)
    .executeTakeFirst();
  return row ?? null;
}

/** The customer's newest card, whatever became of it. */
export async function findLatestKtpBundle(db: Db, orgId: string, customerId: string): Promise<KtpBundleRow | null> {
  const row = await db
    .selectFrom('ktp_bundles')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('customer_id', '=', customerId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirst();
  return row ?? null;
}

export async function findLatestCapture(
  db: Db,
  orgId: string,
  customerId: string,
  kinds: readonly string[],
): Promise<CaptureRow | null> {
  const row = await db
    .selectFrom('captures')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('customer_id', '=', customerId)
    .where('kind', 'in', [...kinds])
    .orderBy('received_at', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirst();
  return row ?? null;
}

/** Has this desk delivered anything of the customer? */
export async function deskCaptured(db: Db, orgId: string, deskId: string, customerId: string): Promise<boolean> {
  const row = await db
    .selectFrom('captures')
    .select('id')
    .where('org_id', '=', orgId)
    .where('customer_id', '=', customerId)
    .where('desk_id', '=', deskId)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export async function listCaptures(db: Db, orgId: string, customerId: string): Promise<readonly CaptureRow[]> {
  return db
    .selectFrom('captures')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('customer_id', '=', customerId)
    .orderBy('captured_at')
    .orderBy('id')
    .execute();
}
