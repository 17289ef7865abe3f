/** A long audit log, chained as `appendAudit` chains it, and what it takes to check all of it. */
import { auditHash, genesisHead, type AuditRow, type ChainHead } from '../../../src/core/audit/chain.ts';
import { verifyAudit } from '../../../src/services/verify-audit.ts';
import { auditHeadKey } from '../../../src/store/audit-log.ts';
import { writeInstallationValue } from '../../../src/store/installation-values.ts';
import type { TemporaryInstallation } from '../../../src/store/testing/temporary-installation.ts';
import { openSqlite } from '../../../src/store/sqlite-dialect.ts';
import { perSecond, residentMib } from './figures.ts';

const slice = 10_000;

export async function benchAudit(place: TemporaryInstallation, rows: number): Promise<object> {
  await fill(place, rows);
  const before = residentMib();
  const start = performance.now();
  const report = await verifyAudit(place.store);
  const ms = performance.now() - start;
  // Resident memory keeps what V8 once took; what is still in use tells whether rows are held on to.
  const after = residentMib();
  const memoryMib = { before, after, heapInUse: Math.round(process.memoryUsage().heapUsed / 1024 / 1024) };
  const seconds = Number((ms / 1000).toFixed(1));
  return { rows: report.rows, intact: report.intact, seconds, perSecond: perSecond(report.rows, ms), memoryMib };
}

/** Past the query builder, which would take longer than everything that is measured. */
async function fill({ store, vault }: TemporaryInstallation, rows: number): Promise<void> {
  const raw = openSqlite({ path: store.path, keyHex: vault.databaseKeyHex() });
  const insert = raw.prepare(
    `insert into audit_log (seq, id, org_id, event, actor_kind, actor_id, subject, object_id, detail, occurred_at, prev_hash, hash)
     values (@seq, @id, @org_id, @event, @actor_kind, @actor_id, @subject, @object_id, @detail, @occurred_at, @prev_hash, @hash)`,
  );
  let head = genesisHead;
  raw.pragma('synchronous=OFF');
  while (head.seq < rows) {
    raw.exec('begin immediate');
    for (const last = Math.min(rows, head.seq + slice); head.seq < last;) {
      const row = rowAfter(head);
      const hash = auditHash(head.hash, row);
      insert.run({ ...row, prev_hash: head.hash, hash });
      head = { seq: row.seq, hash };
    }
    raw.exec('commit');
  }
  raw.close();
  await store.transaction((trx) => writeInstallationValue(trx, auditHeadKey, head));
}

function rowAfter(head: ChainHead): AuditRow {
  return {
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
}
