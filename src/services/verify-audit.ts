/** Checks the whole audit log against its hash chain and against the head noted beside it. Reads only. */
import { createChainVerifier, type ChainReport } from '../core/audit/chain.ts';
import { auditHead } from '../store/audit-log.ts';
import type { Store } from '../store/open-store.ts';

/** Rows read at once, so that a log of any length fits in memory. */
const defaultSlice = 5_000;

/**
 * `intact`, number of rows, and, where broken, the `seq` of the first row that does not fit and why. Rows written while
 * this runs are left for the next time. Throws `StoreError`.
 */
export async function verifyAudit(store: Store, slice = defaultSlice): Promise<ChainReport> {
  const noted = await auditHead(store.db);
  const verifier = createChainVerifier({ mustContain: noted });
  for (let after = 0; ;) {
    const rows = await store.db
      .selectFrom('audit_log')
      .selectAll()
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(slice)
      .execute();
    for (const row of rows) {
      if (!verifier.push(row)) return verifier.report();
    }
    const last = rows.at(-1);
    if (last === undefined) return verifier.report();
    after = last.seq;
  }
}
