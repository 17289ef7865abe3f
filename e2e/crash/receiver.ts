/** The far end of the crash runs: its own database, its own commits, a nonce taken in once. */
import Database from 'better-sqlite3';
import { join } from 'node:path';
import type { DeskCapture } from '../../src/contract/bundle.ts';
import { ok } from '../../src/contract/result.ts';
import { sampleDelivery } from '../../src/desk/evidence/testing/sample-capture.ts';
import type { BundleSink } from '../../src/desk/sync/bundle-sink.ts';

export interface Receiver extends BundleSink {
  /** In the order they were first taken in. */
  taken(): { nonce: string; customerId: string; deliveries: number }[];
  close(): void;
}

export function openReceiver(root: string, failpoint: (name: string) => void = () => undefined): Receiver {
  const db = new Database(join(root, 'receiver.db'), { timeout: 5_000 });
  db.pragma('journal_mode=WAL');
  db.pragma('synchronous=FULL');
  db.exec(
    'create table if not exists taken (place integer primary key autoincrement, nonce text unique, customer text, deliveries integer)',
  );
  const take = db.prepare(
    'insert into taken (nonce, customer, deliveries) values (?, ?, 1) on conflict (nonce) do update set deliveries = deliveries + 1 returning deliveries',
  );
  return {
    reachable: () => Promise.resolve(true),
    deliver(_orgId: string, _deskId: string, capture: DeskCapture) {
      failpoint('sink.before_take');
      const { deliveries } = take.get(capture.nonce, capture.customerId) as { deliveries: number };
      failpoint('sink.after_take');
      return Promise.resolve(ok(sampleDelivery(capture.nonce, capture.customerId, deliveries > 1)));
    },
    taken: () =>
      db.prepare('select nonce, customer as customerId, deliveries from taken order by place').all() as ReturnType<
        Receiver['taken']
      >,
    close: () => void db.close(),
  };
}
