/** Appends to the audit log, inside the transaction of what it records. The chain's head is read in that same transaction. */
import type { Kysely } from 'kysely';
import { monotonicFactory } from 'ulid';
import type { AuditEvent } from '../contract/audit-events.ts';
import { auditHash, genesisHead, type AuditRow, type ChainHead } from '../core/audit/chain.ts';
import { readInstallationValue, writeInstallationValue } from './installation-values.ts';
import { compiledOnce } from './repositories/compiled-once.ts';
import type { Database } from './schema.ts';

export interface AuditEntry {
  readonly orgId: string;
  readonly event: AuditEvent;
  readonly actor: { readonly kind: 'user' | 'api_key' | 'desk' | 'system' | 'public'; readonly id: string | null };
  /** `Vault.subjectId` of the customer: a keyed pseudonym, never the customer id. */
  readonly subject?: string | null;
  readonly objectId?: string | null;
  /** Codes, counts, versions. No personal data: the row outlives the customer's erasure. */
  readonly detail?: Readonly<Record<string, unknown>>;
  readonly occurredAt: Date | string;
}

const nextUlid = monotonicFactory();
export const auditHeadKey = 'audit.head';

/** The last row's number and hash as noted beside the log; the genesis head of an empty log. */
export async function auditHead(trx: Kysely<Database>): Promise<ChainHead> {
  const noted = await readInstallationValue<ChainHead>(trx, auditHeadKey);
  return noted ?? genesisHead;
}

/** Returns the new head. `trx` must be a transaction: two appends outside of one would take the same number. */
export async function appendAudit(trx: Kysely<Database>, entry: AuditEntry): Promise<ChainHead> {
  const head = await lastRow(trx);
  const occurredAt = typeof entry.occurredAt === 'string' ? entry.occurredAt : entry.occurredAt.toISOString();
  const row: AuditRow & { event: AuditEvent; actor_kind: AuditEntry['actor']['kind'] } = {
    seq: head.seq + 1,
    id: `aud_${nextUlid(Date.parse(occurredAt))}`,
    org_id: entry.orgId,
    event: entry.event,
    actor_kind: entry.actor.kind,
    actor_id: entry.actor.id,
    subject: entry.subject ?? null,
    object_id: entry.objectId ?? null,
    detail: JSON.stringify(entry.detail ?? {}),
    occurred_at: occurredAt,
  };
  const hash = auditHash(head.hash, row);
  await insertRow(trx, { ...row, prev_hash: head.hash, hash });
  // A chain alone cannot show a cut-off tail; the noted head can.
  await writeInstallationValue(trx, auditHeadKey, { seq: row.seq, hash });
  return { seq: row.seq, hash };
}

/** Rows, not the note: a head that was tampered with must not let new rows grow on it unseen. */
async function lastRow(trx: Kysely<Database>): Promise<ChainHead> {
  const [row] = await compiledOnce(trx, 'last-audit-row', [], () =>
    trx.selectFrom('audit_log').select(['seq', 'hash']).orderBy('seq', 'desc').limit(1),
  );
  return row ?? (await auditHead(trx));
}

type StoredRow = AuditRow & {
  readonly event: AuditEvent;
  readonly actor_kind: AuditEntry['actor']['kind'];
  readonly prev_hash: string;
  readonly hash: string;
};
const columns = [
  'seq',
  'id',
  'org_id',
  'event',
  'actor_kind',
  'actor_id',
  'subject',
  'object_id',
  'detail',
  'occurred_at',
  'prev_hash',
  'hash',
] as const satisfies readonly (keyof StoredRow)[];

async function insertRow(trx: Kysely<Database>, row: StoredRow): Promise<void> {
  await compiledOnce(
    trx,
    'insert-audit-row',
    columns.map((name) => row[name]),
    (marks) =>
      trx
        .insertInto('audit_log')
        .values(Object.fromEntries(columns.map((name, at) => [name, marks[at]])) as unknown as StoredRow),
  );
}
