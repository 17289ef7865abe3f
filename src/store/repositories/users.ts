import type { Db, Row } from './types.ts';

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

export async function countUsers(db: Db): Promise<number> {
  const row = await db
    .selectFrom('users')
    .select((e) => e.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  return Number(row.n);
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
