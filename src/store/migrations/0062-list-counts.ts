/**
 * Step 62: how many rows each list has, by the two members it is filtered by most, kept by the database itself in the
 * transaction that adds or removes a row. Counting them for each page cost what the table held: 5 ms at 100,000. Never
 * changes again.
 */
import { sql } from 'kysely';
import type { Migration } from './migration.ts';
import { createTable } from './table-builder.ts';

const lists = [
  ['verifications', 'method', 'status'],
  ['customers', 'kyc_level', 'status'],
  ['audit_log', 'event', null],
  ['tier_events', 'to_tier', null],
  ['enrolments', 'source', 'active'],
  ['review_cases', 'status', null],
] as const;

export const listCounts: Migration = {
  id: 62,
  name: 'list-counts',
  async up(db, dialect) {
    await createTable(db, dialect, 'list_counts', {
      columns: { org_id: 'text', list: 'text', a: 'text', b: 'text', n: 'integer' },
      primaryKey: ['org_id', 'list', 'a', 'b'],
      clustered: true,
    });
    for (const [list, a, b] of lists) {
      const other = b === null ? sql`''` : sql`cast(${sql.ref(b)} as text)`;
      await sql`insert into list_counts (org_id, list, a, b, n)
        select org_id, ${sql.lit(list)}, ${sql.ref(a)}, ${other}, count(*) from ${sql.table(list)}
        group by org_id, ${sql.ref(a)}${b === null ? sql`` : sql`, ${sql.ref(b)}`}`.execute(db);
      await dialect.counted(db, list, a, b);
    }
  },
};
