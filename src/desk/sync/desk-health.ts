/** Measures what the freeze rules look at. Nothing here decides. */
import type { DeskHealth } from '../../core/freeze/freeze-rules.ts';
import { installedModelsIssued } from '../../services/models/models-issued.ts';
import { freeDiskBytes } from '../../store/free-disk.ts';
import { readInstallationValue, writeInstallationValue } from '../../store/installation-values.ts';
import type { Store } from '../../store/open-store.ts';
import { lastAuditInstant } from '../../store/repositories/audit-rows.ts';
import { heldOrder } from '../fleet/held-order.ts';
import { selfTestKey } from '../self-test/self-test-record.ts';
import { outboxCounts } from './outbox-views.ts';

const skewKey = 'desk.clock_skew';

interface Parts {
  readonly store: Store;
  readonly clock: () => Date;
  /** Day (ISO) the models were issued; default: what the installed manifest says. */
  readonly modelsIssued?: () => string | null;
}

export async function deskHealth(parts: Parts, orgId: string): Promise<DeskHealth> {
  const { store } = parts;
  const now = parts.clock().getTime();
  const issued = Date.parse((parts.modelsIssued ?? installedModelsIssued)() ?? '');
  const counts = await outboxCounts(store, orgId);
  const last = await lastAuditInstant(store.db);
  const skew = await readInstallationValue<{ ms: number }>(store.db, skewKey);
  return {
    pending: counts.pending,
    oldestPendingMs: counts.oldestPending === null ? null : now - Date.parse(counts.oldestPending),
    clockSkewMs: skew?.ms ?? null,
    clockBackMs: last === null ? 0 : Math.max(0, Date.parse(last) - now),
    listAgeMs: await oldestListMs(store, orgId, now),
    modelAgeMs: Number.isNaN(issued) ? null : now - issued,
    diskFreeBytes: await diskFree(store),
    selfTestFailed: (await readInstallationValue<{ failed: number }>(store.db, selfTestKey))?.failed ?? null,
    wipeOrdered: (await heldOrder(store.db)) !== null,
  };
}

/** The hub's answers tell its time. Written down when it changed by more than a second. */
export async function noteClockSkew(store: Store, skewMs: number): Promise<void> {
  const known = await readInstallationValue<{ ms: number }>(store.db, skewKey);
  if (known !== null && Math.abs(known.ms - skewMs) < 1_000) return;
  await store.transaction((trx) => writeInstallationValue(trx, skewKey, { ms: Math.round(skewMs) }));
}

async function diskFree(store: Store): Promise<number | null> {
  // A database server watches its own disk.
  return store.engine === 'sqlite' ? freeDiskBytes(store.path) : null;
}

/** Since the oldest of the active lists was published; null when none is installed (screening then says so itself). */
async function oldestListMs(store: Store, orgId: string, now: number): Promise<number | null> {
  const row = await store.db
    .selectFrom('screening_packs')
    .select((e) => e.fn.min<string | null>('published_at').as('oldest'))
    .where('org_id', '=', orgId)
    .where('state', '=', 'active')
    .executeTakeFirst();
  const published = Date.parse(row?.oldest ?? '');
  return Number.isNaN(published) ? null : now - published;
}
