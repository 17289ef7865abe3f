/** Drafts in the encrypted database, sealed once more by the installation key: personal data of people not yet customers. */
import type { Store } from '../../store/open-store.ts';
import type { Vault } from '../../vault/vault.ts';
import { decodeDraft, encodeDraft, type Draft } from './draft.ts';
import type { DraftStore } from './ports.ts';

/** An onboarding nobody continued within half a day is wiped: the customer has left. */
export const draftLifetimeMs = 12 * 60 * 60_000;

export interface DraftStoreOptions {
  readonly store: Pick<Store, 'db' | 'transaction'>;
  readonly vault: Pick<Vault, 'sealSecret' | 'openSecret'>;
  readonly clock: () => Date;
}

const sealContext = (id: string): string => `desk-session:${id}`;

export function createDraftStore({ store, vault, clock }: DraftStoreOptions): DraftStore {
  const remove = (id: string) =>
    store.transaction((trx) => trx.deleteFrom('desk_sessions').where('id', '=', id).execute());
  return {
    async load(orgId, operatorId) {
      const row = await store.db
        .selectFrom('desk_sessions')
        .selectAll()
        .where('org_id', '=', orgId)
        .where('operator_id', '=', operatorId)
        .orderBy('updated_at', 'desc')
        .limit(1)
        .executeTakeFirst();
      if (row === undefined) return null;
      const draft = openDraft(vault, row.id, row.draft_sealed);
      const stale = clock().getTime() - Date.parse(row.updated_at) > draftLifetimeMs;
      if (draft !== null && !stale) return draft;
      await remove(row.id);
      return null;
    },
    async offered(orgId) {
      const since = new Date(clock().getTime() - draftLifetimeMs).toISOString();
      const rows = await store.db
        .selectFrom('desk_sessions')
        .select(['id', 'draft_sealed'])
        .where('org_id', '=', orgId)
        .where('updated_at', '>=', since)
        .orderBy('updated_at')
        .execute();
      return rows
        .map((row) => openDraft(vault, row.id, row.draft_sealed))
        .filter((draft) => draft?.offeredAt !== undefined) as readonly Draft[];
    },
    async save(draft) {
      const now = clock().toISOString();
      const sealed = vault.sealSecret(encodeDraft(draft), sealContext(draft.id));
      const change = {
        operator_id: draft.operatorId,
        state: draft.machine.step,
        draft_sealed: sealed,
        updated_at: now,
      };
      await store.transaction((trx) =>
        trx
          .insertInto('desk_sessions')
          .values({
            id: draft.id,
            org_id: draft.orgId,
            created_at: draft.createdAt,
            ...change,
          })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(change))
          .execute(),
      );
    },
    wipe: async (draft) => void (await remove(draft.id)),
  };
}

/** Null for a draft that cannot be opened any more (another version, a broken seal): it is of no use to anybody. */
function openDraft(vault: Pick<Vault, 'openSecret'>, id: string, sealed: Uint8Array): Draft | null {
  try {
    return decodeDraft(vault.openSecret(sealed, sealContext(id)));
  } catch {
    return null;
  }
}

/** At start: what was left behind longer ago than a draft may live. Returns how many. */
export async function wipeStaleDrafts({ store, clock }: Pick<DraftStoreOptions, 'store' | 'clock'>): Promise<number> {
  const before = new Date(clock().getTime() - draftLifetimeMs).toISOString();
  const result = await store.transaction((trx) =>
    trx.deleteFrom('desk_sessions').where('updated_at', '<', before).executeTakeFirst(),
  );
  return Number(result.numDeletedRows);
}
