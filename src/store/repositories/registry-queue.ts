/**
 * Customers a registry is still to be asked about: those kept here (`registry_checks`), and those of a hub whom this desk asks
 * about (`desk_registry_questions`). One queue over two tables.
 */
import type { Db, Row } from './types.ts';

type QueueTable = 'registry_checks' | 'desk_registry_questions';
type Key = 'org_id' | 'customer_id';
export type Queued = Pick<Row<QueueTable>, Key | 'attempts'>;

export interface RegistryQueue<R extends Queued> {
  /** Those due, longest first. */
  due(db: Db, now: string, limit: number): Promise<readonly R[]>;
  /** Takes one for an attempt by moving its due time; false when somebody else was quicker. */
  take(trx: Db, row: R, until: string): Promise<boolean>;
  update(trx: Db, row: Pick<R, Key>, change: Partial<Omit<R, Key | 'created_at'>>): Promise<void>;
}

export const registryChecks: RegistryQueue<Row<'registry_checks'>> = queueOver('registry_checks');
export const hubQuestions: RegistryQueue<Row<'desk_registry_questions'>> = queueOver('desk_registry_questions');

function queueOver<R extends Queued>(table: QueueTable): RegistryQueue<R> {
  // What a queue needs has the same names in both; Kysely cannot type a table that is one of two.
  const shared = table as 'registry_checks';
  return {
    due: async (db, now, limit) =>
      (await db
        .selectFrom(shared)
        .selectAll()
        .where('state', '=', 'waiting')
        .where('next_attempt_at', '<=', now)
        .orderBy('next_attempt_at')
        .orderBy('customer_id')
        .limit(limit)
        .execute()) as readonly Queued[] as readonly R[],
    async take(trx, row, until) {
      const done = await trx
        .updateTable(shared)
        .set({ next_attempt_at: until, attempts: row.attempts + 1 })
        .where('org_id', '=', row.org_id)
        .where('customer_id', '=', row.customer_id)
        .where('state', '=', 'waiting')
        .where('attempts', '=', row.attempts)
        .executeTakeFirst();
      return Number(done.numUpdatedRows) === 1;
    },
    async update(trx, row, change) {
      await trx
        .updateTable(shared)
        .set(change as Partial<Row<'registry_checks'>>)
        .where('org_id', '=', row.org_id)
        .where('customer_id', '=', row.customer_id)
        .execute();
    },
  };
}
