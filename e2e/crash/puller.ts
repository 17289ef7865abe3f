/**
 * A head office that pulls customers into a database of its own, page by page: rows and cursor are one transaction, so that it
 * may die anywhere. Usage: puller.ts ORIGIN KEY FILE
 */
import Database from 'better-sqlite3';

const [origin = '', key = '', file = ''] = process.argv.slice(2);
const db = new Database(file, { timeout: 5_000 });
db.pragma('journal_mode=WAL');
db.exec('create table if not exists customers (id text primary key, body text, times integer not null)');
db.exec('create table if not exists place (one integer primary key check (one = 1), cursor text not null)');
const keep = db.prepare(
  'insert into customers values (?, ?, 1) on conflict (id) do update set body = excluded.body, times = times + 1',
);
const move = db.prepare('insert into place values (1, ?) on conflict (one) do update set cursor = excluded.cursor');

interface Page {
  readonly data: readonly { readonly id: string }[];
  readonly meta: { readonly nextCursor: string | null };
}

process.stdout.write('ready\n');
for (;;) {
  const { cursor } = (db.prepare('select cursor from place').get() as { cursor: string } | undefined) ?? { cursor: '' };
  const query = new URLSearchParams({ limit: '7', cursor });
  const answer = await fetch(`${origin}/api/customers?${query}`, { headers: { authorization: `Bearer ${key}` } });
  if (!answer.ok) throw new Error(`the hub answered ${answer.status}`);
  const page = (await answer.json()) as Page;
  db.transaction(() => {
    for (const row of page.data) keep.run(row.id, JSON.stringify(row));
    if (page.meta.nextCursor !== null) move.run(page.meta.nextCursor);
  })();
  if (page.meta.nextCursor === null) break;
}
db.close();
process.stdout.write('done\n');
