import type { Db, Row } from './types.ts';

export type OidcProviderRow = Row<'oidc_providers'>;
export type OidcSignInRow = Row<'oidc_sign_ins'>;
export type OidcIdentityRow = Row<'oidc_identities'>;

export async function findOidcProvider(db: Db, orgId: string): Promise<OidcProviderRow | null> {
  const row = await db.selectFrom('oidc_providers').selectAll().where('org_id', '=', orgId).executeTakeFirst();
  return row ?? null;
}

export async function putOidcProvider(db: Db, row: OidcProviderRow): Promise<void> {
  const { org_id: _orgId, created_at: _createdAt, ...change } = row;
  await db
    .insertInto('oidc_providers')
    .values(row)
    .onConflict((conflict) => conflict.column('org_id').doUpdateSet(change))
    .execute();
}

export async function deleteOidcProvider(db: Db, orgId: string): Promise<boolean> {
  const done = await db.deleteFrom('oidc_providers').where('org_id', '=', orgId).executeTakeFirst();
  return Number(done.numDeletedRows) === 1;
}

export async function insertOidcSignIn(db: Db, row: OidcSignInRow): Promise<void> {
  await db.insertInto('oidc_sign_ins').values(row).execute();
}

export async function deleteExpiredOidcSignIns(db: Db, now: string): Promise<void> {
  await db.deleteFrom('oidc_sign_ins').where('expires_at', '<=', now).execute();
}

/** The begun sign-in, taken: null when unknown, expired, of another browser, or taken before. */
export async function takeOidcSignIn(
  db: Db,
  stateHash: string,
  browserHash: string,
  now: string,
): Promise<OidcSignInRow | null> {
  const taken = await db
    .updateTable('oidc_sign_ins')
    .set({ consumed_at: now })
    .where('state_hash', '=', stateHash)
    .where('browser_hash', '=', browserHash)
    .where('consumed_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  if (Number(taken.numUpdatedRows) !== 1) return null;
  const row = await db.selectFrom('oidc_sign_ins').selectAll().where('state_hash', '=', stateHash).executeTakeFirst();
  return row ?? null;
}

/** Both directions: whom the subject is bound to, and which subject the user is bound to. */
export async function findOidcIdentities(
  db: Db,
  which: {
    readonly orgId: string;
    readonly issuer: string;
    readonly subject: string;
    readonly userId: string;
  },
): Promise<readonly OidcIdentityRow[]> {
  return db
    .selectFrom('oidc_identities')
    .selectAll()
    .where('org_id', '=', which.orgId)
    .where('issuer', '=', which.issuer)
    .where((e) => e.or([e('subject', '=', which.subject), e('user_id', '=', which.userId)]))
    .execute();
}

export async function insertOidcIdentity(db: Db, row: OidcIdentityRow): Promise<void> {
  await db.insertInto('oidc_identities').values(row).execute();
}
