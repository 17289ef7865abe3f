/** The ceiling on what goes to the hub: chosen by a person and kept in the database, else what the installation was started with. */
import type { Kysely } from 'kysely';
import { appendAudit } from '../../store/audit-log.ts';
import { readInstallationValue, writeInstallationValue } from '../../store/installation-values.ts';
import type { Store } from '../../store/open-store.ts';
import type { Database } from '../../store/schema.ts';

const key = 'outbox.ceiling';

/** Bytes per second; null: nobody chose one. */
export async function outboxCeiling(db: Kysely<Database>): Promise<number | null> {
  return (await readInstallationValue<{ bytesPerSecond: number | null }>(db, key))?.bytesPerSecond ?? null;
}

/** From the next request on. False when it was so already. */
export async function setOutboxCeiling(
  store: Store,
  choice: {
    readonly orgId: string;
    readonly by: string | null;
    readonly now: Date;
    readonly bytesPerSecond: number | null;
  },
): Promise<boolean> {
  const { orgId, by, now, bytesPerSecond } = choice;
  return store.transaction(async (trx) => {
    if ((await outboxCeiling(trx)) === bytesPerSecond) return false;
    await writeInstallationValue(trx, key, { bytesPerSecond });
    await appendAudit(trx, {
      orgId,
      event: 'outbox.ceiling_set',
      actor: { kind: by === null ? 'system' : 'user', id: by },
      detail: { bytesPerSecond },
      occurredAt: now,
    });
    return true;
  });
}
