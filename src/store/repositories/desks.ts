import { listPart } from './list-part.ts';
import type { Db, ListPart, Row, Slice } from './types.ts';

export type DeskRow = Row<'desks'>;

export async function insertDesk(db: Db, row: DeskRow): Promise<void> {
  await db.insertInto('desks').values(row).execute();
}

export async function findDesk(db: Db, orgId: string, id: string): Promise<DeskRow | null> {
  const row = await db
    .selectFrom('desks')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

/** The desk's key, and those it had when the capture was taken, newest first: a rotation loses nothing that waits. */
export async function deskKeysFor(db: Db, desk: DeskRow, capturedAt: string): Promise<readonly string[]> {
  const earlier = await db
    .selectFrom('desk_signing_keys')
    .select('public_key')
    .where('desk_id', '=', desk.id)
    .where('org_id', '=', desk.org_id)
    .where('valid_until', '>=', new Date(capturedAt).toISOString())
    .orderBy('valid_from', 'desc')
    .execute();
  return [desk.public_key, ...earlier.map((row) => row.public_key).filter((key) => key !== desk.public_key)];
}

/** The highest counter seen; deliveries may arrive out of order. */
export async function raiseDeskCounter(db: Db, orgId: string, id: string, counter: number): Promise<void> {
  await db
    .updateTable('desks')
    .set({ last_counter: counter })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .where('last_counter', '<', counter)
    .execute();
}

/** The organisation a desk is enrolled with: one for each desk. */
export async function organisationOfDesk(db: Db, id: string): Promise<string | null> {
  const row = await db.selectFrom('desks').select('org_id').where('id', '=', id).executeTakeFirst();
  return row?.org_id ?? null;
}

export type DeskEnrolmentRow = Row<'desk_enrolments'>;

export async function listDesks(db: Db, orgId: string, slice: Slice): Promise<ListPart<DeskRow>> {
  return listPart(db.selectFrom('desks').selectAll().where('org_id', '=', orgId), 'created_at', slice);
}

/** False when it was not active. */
export async function revokeDesk(
  db: Db,
  orgId: string,
  id: string,
  at: string,
  reason: string | null = null,
): Promise<boolean> {
  const done = await db
    .updateTable('desks')
    .set({ status: 'revoked', revoked_at: at, revoke_reason: reason })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .where('status', '=', 'active')
    .executeTakeFirst();
  await revokeCertificates(db, id, at);
  return Number(done.numUpdatedRows) === 1;
}

/** The desk cannot connect any more; what it left sealed on a disk may still be taken in. */
export async function revokeCertificates(db: Db, deskId: string, at: string): Promise<void> {
  await db
    .updateTable('desk_certificates')
    .set({ revoked_at: at })
    .where('desk_id', '=', deskId)
    .where('revoked_at', 'is', null)
    .execute();
}

/** False when there is no such desk. */
export async function placeDesk(db: Db, orgId: string, id: string, branch: string | null): Promise<boolean> {
  const done = await db
    .updateTable('desks')
    .set({ branch })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  return Number(done.numUpdatedRows) === 1;
}

/** Of whichever organisation: a desk that signs names itself only. */
export async function findAnyDesk(db: Db, id: string): Promise<DeskRow | null> {
  return (await db.selectFrom('desks').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}

export async function insertDeskEnrolment(db: Db, row: DeskEnrolmentRow): Promise<void> {
  await db.insertInto('desk_enrolments').values(row).execute();
}

/** The enrolment behind a code, taken: null when unknown, expired or used before (single use, also under a race). */
export async function takeDeskEnrolment(
  db: Db,
  codeHash: string,
  deskId: string,
  now: string,
): Promise<DeskEnrolmentRow | null> {
  const taken = await db
    .updateTable('desk_enrolments')
    .set({ used_at: now, desk_id: deskId })
    .where('code_hash', '=', codeHash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  if (Number(taken.numUpdatedRows) !== 1) return null;
  const row = await db.selectFrom('desk_enrolments').selectAll().where('code_hash', '=', codeHash).executeTakeFirst();
  return row ?? null;
}
