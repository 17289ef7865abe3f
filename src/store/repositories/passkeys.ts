import type { Db, Row } from './types.ts';

export type PasskeyRow = Row<'passkeys'>;
export type PasskeyChallengeRow = Row<'passkey_challenges'>;

export async function insertPasskey(db: Db, row: PasskeyRow): Promise<void> {
  await db.insertInto('passkeys').values(row).execute();
}

export async function findPasskeyByCredential(db: Db, credentialId: string): Promise<PasskeyRow | null> {
  const row = await db.selectFrom('passkeys').selectAll().where('credential_id', '=', credentialId).executeTakeFirst();
  return row ?? null;
}

export async function listPasskeys(db: Db, userId: string): Promise<readonly PasskeyRow[]> {
  return db
    .selectFrom('passkeys')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

/** False when another request used the credential at the same moment: a counter is spent once. */
export async function advancePasskey(db: Db, row: PasskeyRow, counter: number, at: string): Promise<boolean> {
  const done = await db
    .updateTable('passkeys')
    .set({ counter, last_used_at: at })
    .where('id', '=', row.id)
    .where('counter', '=', row.counter)
    .executeTakeFirst();
  return Number(done.numUpdatedRows) === 1;
}

export async function deletePasskey(db: Db, userId: string, id: string): Promise<boolean> {
  const done = await db.deleteFrom('passkeys').where('user_id', '=', userId).where('id', '=', id).executeTakeFirst();
  return Number(done.numDeletedRows) === 1;
}

export async function deletePasskeysOf(db: Db, userId: string): Promise<number> {
  const done = await db.deleteFrom('passkeys').where('user_id', '=', userId).executeTakeFirst();
  return Number(done.numDeletedRows);
}

export async function insertPasskeyChallenge(db: Db, row: PasskeyChallengeRow): Promise<void> {
  await db.insertInto('passkey_challenges').values(row).execute();
}

export async function deleteExpiredPasskeyChallenges(db: Db, now: string): Promise<void> {
  await db.deleteFrom('passkey_challenges').where('expires_at', '<=', now).execute();
}

/** The challenge, taken: null when there is none, it expired, or it was taken before (single use, also under a race). */
export async function takePasskeyChallenge(
  db: Db,
  id: string,
  purposes: readonly PasskeyChallengeRow['purpose'][],
  now: string,
): Promise<PasskeyChallengeRow | null> {
  const taken = await db
    .updateTable('passkey_challenges')
    .set({ consumed_at: now })
    .where('id', '=', id)
    .where('purpose', 'in', [...purposes])
    .where('consumed_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  if (Number(taken.numUpdatedRows) !== 1) return null;
  const row = await db.selectFrom('passkey_challenges').selectAll().where('id', '=', id).executeTakeFirst();
  return row ?? null;
}
