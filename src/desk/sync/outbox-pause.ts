/** Pausing the outbox: a person's wish, kept in the database so that every process and every restart holds to it. */
import type { Kysely } from 'kysely';
import { appendAudit } from '../../store/audit-log.ts';
import { readInstallationValue, writeInstallationValue } from '../../store/installation-values.ts';
import type { Store } from '../../store/open-store.ts';
import type { Database } from '../../store/schema.ts';

const key = 'outbox.paused';

export interface OutboxPause {
  readonly since: string;
  /** User id; null for the command line. */
  readonly by: string | null;
}

/** Null while the outbox sends. What is being sent when somebody pauses comes to its end. */
export async function outboxPause(db: Kysely<Database>): Promise<OutboxPause | null> {
  return (await readInstallationValue<{ pause: OutboxPause | null }>(db, key))?.pause ?? null;
}

/** False when it was so already. */
export async function pauseOutbox(
  store: Store,
  orgId: string,
  by: string | null,
  now: Date,
  paused: boolean,
): Promise<boolean> {
  return store.transaction(async (trx) => {
    if (((await outboxPause(trx)) !== null) === paused) return false;
    await writeInstallationValue(trx, key, { pause: paused ? { since: now.toISOString(), by } : null });
    await appendAudit(trx, {
      orgId,
      event: paused ? 'outbox.paused' : 'outbox.resumed',
      actor: { kind: by === null ? 'system' : 'user', id: by },
      occurredAt: now,
    });
    return true;
  });
}
