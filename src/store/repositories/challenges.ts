import type { Db, Row } from './types.ts';

export type ChallengeRow = Row<'challenges'>;

export async function insertChallenge(db: Db, row: ChallengeRow): Promise<void> {
  await db.insertInto('challenges').values(row).execute();
}

export async function findChallengeByNonce(db: Db, orgId: string, nonce: string): Promise<ChallengeRow | null> {
  const row = await db
    .selectFrom('challenges')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('nonce', '=', nonce)
    .executeTakeFirst();
  return row ?? null;
}

/** True when this call consumed it; false when it had been consumed before (single use, also under a race). */
export async function consumeChallenge(db: Db, orgId: string, nonce: string, at: string): Promise<boolean> {
  const result = await db
    .updateTable('challenges')
    .set({ consumed_at: at })
    .where('org_id', '=', orgId)
    .where('nonce', '=', nonce)
    .where('consumed_at', 'is', null)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) === 1;
}
