/**
 * The end of the records (api-decisions 12): verifications, tier events, review decisions and audit rows go after seven
 * years, behind a checkpoint that is signed and stored first, so that the rows that stay can still be checked from there
 * on. The audit log is one for all organisations: it follows the longest of their retentions.
 */
import { sql } from 'kysely';
import { writeInstallationValue } from '../../store/installation-values.ts';
import { listOrganisations } from '../../store/repositories/organisations.ts';
import type { Db } from '../../store/repositories/types.ts';
import { canonicalBytes } from '../../vault/bundle-signing.ts';
import { makeCheckpoint } from '../audit/checkpoints.ts';
import { dayMs, instant, plusMs, systemActor, type ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';
import type { KeepGoing } from './run-daily-job.ts';

const batchSize = 500;
/** Where the audit log begins after a purge; `verifyAudit` starts there. */
const purgedKey = 'audit.purged';

export interface Purged {
  readonly recordsPurged: number;
  readonly auditPurged: number;
}

export async function purgeEndedRecords(ctx: ServiceContext, keepGoing: KeepGoing): Promise<Purged> {
  const organisations = await listOrganisations(ctx.store.db);
  const [first] = organisations;
  if (first === undefined) return { recordsPurged: 0, auditPurged: 0 };
  const days = Math.max(...organisations.map((one) => one.settings.retention.recordsDays));
  const before = plusMs(instant(ctx), -days * dayMs);
  const recordsPurged = await purgeRecords(ctx, keepGoing, before);
  const auditPurged = await purgeAudit(ctx, keepGoing, before);
  if (recordsPurged + auditPurged > 0) {
    const detail = { class: 'records', before, count: recordsPurged, auditRows: auditPurged };
    await ctx.store.transaction((trx) =>
      recordAudit(ctx, trx, systemActor(first.id), { event: 'retention.purged', detail }),
    );
  }
  return { recordsPurged, auditPurged };
}

interface Statement {
  readonly kind: 'audit' | 'records';
  readonly auditSeq: number;
  readonly auditHash: string | null;
  readonly before: string;
}

/** Signed, then stored, then obeyed: the database lets go of nothing without it. */
async function signEnd(ctx: ServiceContext, trx: Db, end: Statement): Promise<void> {
  const at = instant(ctx);
  const statement = { format: 'loket-retention', version: 1, ...end, at, installationId: ctx.vault.installationId };
  const bytes = canonicalBytes(statement);
  await trx
    .insertInto('retention_checkpoints')
    .values({
      id: ctx.ids.next('rtc'),
      kind: end.kind,
      audit_seq: end.auditSeq,
      before: end.before,
      statement: new TextDecoder().decode(bytes),
      signature: ctx.vault.desk.sign(bytes),
      public_key: ctx.vault.desk.publicKey,
      created_at: at,
    })
    .execute();
}

/** In the order in which they point at each other. A verification that a younger row speaks of waits for it. */
const steps: readonly {
  readonly table: string;
  readonly which: (before: string) => ReturnType<typeof sql<boolean>>;
}[] = [
  {
    table: 'review_decisions',
    which: (before) => sql<boolean>`created_at < ${before} and case_id not in
        (select case_id from review_decisions where created_at >= ${before})`,
  },
  {
    table: 'review_cases',
    which: (before) => sql<boolean>`created_at < ${before} and status in ('approved', 'rejected')
        and not exists (select 1 from review_decisions d where d.case_id = review_cases.id)`,
  },
  { table: 'dukcapil_verdicts', which: (before) => sql<boolean>`created_at < ${before}` },
  { table: 'ktp_bundles', which: (before) => sql<boolean>`created_at < ${before}` },
  {
    table: 'verifications',
    which: (before) => sql<boolean>`created_at < ${before}
        and not exists (select 1 from review_cases c where c.verification_id = verifications.id)
        and not exists (select 1 from review_decisions d where d.verification_id = verifications.id)
        and not exists (select 1 from ktp_bundles k where k.verification_id = verifications.id)
        and not exists (select 1 from dukcapil_verdicts v where v.verification_id = verifications.id)`,
  },
  { table: 'tier_events', which: (before) => sql<boolean>`created_at < ${before}` },
];

const keyOf: Readonly<Record<string, string>> = { dukcapil_verdicts: 'verification_id' };

async function purgeRecords(ctx: ServiceContext, keepGoing: KeepGoing, before: string): Promise<number> {
  if (!(await anyOlder(ctx.store.db, before))) return 0;
  await ctx.store.transaction((trx) => signEnd(ctx, trx, { kind: 'records', auditSeq: 0, auditHash: null, before }));
  let total = 0;
  for (const { table, which } of steps) {
    for (;;) {
      const gone = await ctx.store.transaction((trx) => deleteSome(trx, table, which(before)));
      total += gone;
      await keepGoing();
      if (gone < batchSize) break;
    }
  }
  return total;
}

async function anyOlder(db: Db, before: string): Promise<boolean> {
  for (const table of ['verifications', 'tier_events', 'review_decisions'] as const) {
    const row = await db.selectFrom(table).select('id').where('created_at', '<', before).limit(1).executeTakeFirst();
    if (row !== undefined) return true;
  }
  return false;
}

async function deleteSome(trx: Db, table: string, which: ReturnType<typeof sql<boolean>>): Promise<number> {
  const key = sql.ref(keyOf[table] ?? 'id');
  const done = await sql`delete from ${sql.table(table)} where ${key} in
    (select ${key} from ${sql.table(table)} where ${which} limit ${batchSize})`.execute(trx);
  return Number(done.numAffectedRows ?? 0n);
}

/** Up to the last row before the first young one: rows are dated by a clock that may have been set back. */
async function purgeAudit(ctx: ServiceContext, keepGoing: KeepGoing, before: string): Promise<number> {
  const end = await auditEnd(ctx.store.db, before);
  if (end === null) return 0;
  // The tree's tiles and its newest checkpoint cover what goes.
  const checkpoint = await makeCheckpoint(ctx);
  if (!checkpoint.ok) {
    ctx.logger.warn({ code: checkpoint.error.code }, 'audit rows kept: no checkpoint could be made');
    return 0;
  }
  await ctx.store.transaction(async (trx) => {
    await signEnd(ctx, trx, { kind: 'audit', auditSeq: end.seq, auditHash: end.hash, before });
    await writeInstallationValue(trx, purgedKey, end);
  });
  for (let total = 0; ;) {
    const gone = await ctx.store.transaction((trx) =>
      sql`delete from audit_log where seq in (select seq from audit_log where seq <= ${end.seq} order by seq limit ${batchSize})`.execute(
        trx,
      ),
    );
    const count = Number(gone.numAffectedRows ?? 0n);
    total += count;
    if (count < batchSize) return total;
    await keepGoing();
  }
}

async function auditEnd(db: Db, before: string): Promise<{ readonly seq: number; readonly hash: string } | null> {
  const young = await db
    .selectFrom('audit_log')
    .select((e) => e.fn.min<number>('seq').as('seq'))
    .where('occurred_at', '>=', before)
    .executeTakeFirst();
  const last = await db
    .selectFrom('audit_log')
    .select(['seq', 'hash'])
    .where('seq', '<', Number(young?.seq ?? 0))
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last === undefined ? null : { seq: Number(last.seq), hash: last.hash };
}
