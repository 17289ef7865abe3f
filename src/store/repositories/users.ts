import { listPart } from './list-part.ts';
import type { Db, ListPart, Row, Slice } from './types.ts';

export type UserRow = Row<'users'>;

export async function insertUser(db: Db, row: UserRow): Promise<void> {
  await db.insertInto('users').values(row).execute();
}

/** `email` is compared lower-cased. */
export async function findUserByEmail(db: Db, email: string): Promise<UserRow | null> {
  const row = await db.selectFrom('users').selectAll().where('email', '=', email.toLowerCase()).executeTakeFirst();
  return row ?? null;
}

export async function findUser(db: Db, id: string): Promise<UserRow | null> {
  const row = await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
  return row ?? null;
}

export async function listUsers(db: Db, orgId: string): Promise<readonly UserRow[]> {
  return db.selectFrom('users').selectAll().where('org_id', '=', orgId).orderBy('created_at').orderBy('id').execute();
}

export async function setSignInState(
  db: Db,
  id: string,
  state: { readonly failedAttempts: number; readonly lockedUntil: string | null; readonly at: string },
): Promise<void> {
  await db
    .updateTable('users')
    .set({ failed_attempts: state.failedAttempts, locked_until: state.lockedUntil, updated_at: state.at })
    .where('id', '=', id)
    .execute();
}

export interface UserFilter {
  readonly role?: string | undefined;
  readonly disabled?: boolean | undefined;
  readonly updatedAfter?: string | undefined;
}

export async function pageUsers(db: Db, orgId: string, filter: UserFilter, slice: Slice): Promise<ListPart<UserRow>> {
  let query = db.selectFrom('users').selectAll().where('org_id', '=', orgId);
  if (filter.role !== undefined) query = query.where('role', '=', filter.role);
  if (filter.disabled !== undefined) query = query.where('disabled', '=', filter.disabled ? 1 : 0);
  if (filter.updatedAfter !== undefined) query = query.where('updated_at', '>', filter.updatedAfter);
  return listPart(query, slice.by === 'page' ? 'created_at' : 'updated_at', slice);
}

export async function updateUser(db: Db, orgId: string, id: string, change: Partial<UserRow>): Promise<void> {
  await db.updateTable('users').set(change).where('org_id', '=', orgId).where('id', '=', id).execute();
}

/** Active people of a role beside this one. */
export async function countOthersOfRole(db: Db, orgId: string, role: string, exceptId: string): Promise<number> {
  const row = await db
    .selectFrom('users')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('org_id', '=', orgId)
    .where('role', '=', role)
    .where('disabled', '=', 0)
    .where('id', '<>', exceptId)
    .executeTakeFirstOrThrow();
  return Number(row.n);
}
