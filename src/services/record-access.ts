/**
 * Audit rows of reads. The row is stored before the answer leaves, as for any other event; but reads that come at the same
 * moment share one transaction, because the durable commit is what costs, not the rows.
 */
import type { Store } from '../store/store.ts';
import type { Actor, ServiceContext } from './context.ts';
import { recordAudit, type AuditEntry } from './record-audit.ts';

interface Waiting {
  readonly ctx: ServiceContext;
  readonly actor: Actor;
  readonly entry: AuditEntry;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

interface Desk {
  waiting: Waiting[];
  writing: boolean;
}

const desks = new WeakMap<Store, Desk>();
/** Nobody waits behind more rows than this. */
const together = 64;

/** Resolves once the row is committed; rejects with the `StoreError` of its transaction. Never inside a transaction. */
export function recordAccess(ctx: ServiceContext, actor: Actor, entry: AuditEntry): Promise<void> {
  let desk = desks.get(ctx.store);
  if (desk === undefined) desks.set(ctx.store, (desk = { waiting: [], writing: false }));
  const { waiting } = desk;
  return new Promise((done, failed) => {
    waiting.push({ ctx, actor, entry, done, failed });
    if (desk.writing) return;
    desk.writing = true;
    // Those that arrived in the same turn of the event loop come along.
    setImmediate(() => void writeAll(ctx.store, desk));
  });
}

async function writeAll(store: Store, desk: Desk): Promise<void> {
  while (desk.waiting.length > 0) {
    const batch = desk.waiting.splice(0, together);
    try {
      await store.transaction(async (trx) => {
        for (const { ctx, actor, entry } of batch) await recordAudit(ctx, trx, actor, entry);
      });
      for (const one of batch) one.done();
    } catch (error) {
      for (const one of batch) one.failed(error);
    }
  }
  desk.writing = false;
}
