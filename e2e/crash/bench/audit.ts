/** A long audit log, chained as `appendAudit` chains it, and what it takes to check all of it. */
import { auditHash, genesisHead, type AuditRow } from '../../../src/core/audit/chain.ts';
import { verifyAudit } from '../../../src/services/verify-audit.ts';
import { auditHeadKey } from '../../../src/store/audit-log.ts';
import { writeInstallationValue } from '../../../src/store/installation-values.ts';
import type { TemporaryInstallation } from '../../../src/store/testing/temporary-installation.ts';
import { perSecond, residentMib } from './figures.ts';

const slice = 1_000;

export async function benchAudit(place: TemporaryInstallation, rows: number): Promise<object> {
  await fill(place, rows);
  const before = residentMib();
  let highest = before;
  const watch = setInterval(() => {
    highest = Math.max(highest, Math.round(process.memoryUsage.rss() / 1024 / 1024));
  }, 50);
  const start = performance.now();
  const report = await verifyAudit(place.store);
  const ms = performance.now() - start;
  clearInterval(watch);
  const memoryMib = { before, highest, after: residentMib() };
  const seconds = Number((ms / 1000).toFixed(1));
  return { rows: report.rows, intact: report.intact, seconds, perSecond: perSecond(report.rows, ms), memoryMib };
}

async function fill(place: TemporaryInstallation, rows: number): Promise<void> {
  let head = genesisHead;
  while (head.seq < rows) {
    const batch = Array.from({ length: Math.min(slice, rows - head.seq) }, () => {
      const row: AuditRow & { event: 'customer.viewed'; actor_kind: 'user' } = {
        seq: head.seq + 1,
        id: `aud_${head.seq + 1}`,
        org_id: 'org_bench',
        event: 'customer.viewed',
        actor_kind: 'user',
        actor_id: 'usr_bench',
        subject: head.hash,
        object_id: `obj_${head.seq}`,
        detail: JSON.stringify({ fields: ['name', 'tier'], count: head.seq }),
        occurred_at: new Date(1_700_000_000_000 + head.seq * 1000).toISOString(),
      };
      const hash = auditHash(head.hash, row);
      const chained = { ...row, prev_hash: head.hash, hash };
      head = { seq: row.seq, hash };
      return chained;
    });
    await place.store.transaction(async (trx) => {
      for (const row of batch) await trx.insertInto('audit_log').values(row).execute();
      await writeInstallationValue(trx, auditHeadKey, head);
    });
  }
}
