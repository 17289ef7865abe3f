/**
 * Applicants who were refused and never became customers: the law asks for nothing of them, so they are a retention class
 * of their own (UU PDP art. 43: no longer needed for the purpose). Noted when refused, let go when accepted after all,
 * and erased with a certificate when their time is over.
 */
import { findOrganisation } from '../../store/repositories/organisations.ts';
import type { Db } from '../../store/repositories/types.ts';
import { eraseRefused } from '../erase-customer.ts';
import { forgetInFiles } from '../erasure/forget-in-files.ts';
import { dayMs, instant, plusMs, systemActor, type ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';
import type { KeepGoing } from './run-daily-job.ts';

const batchSize = 100;
/** Where an organisation sets nothing else (`retention.refusedDays`): a year, for complaints and repeated attempts. */
const defaultDays = 365;

export interface RefusedReport {
  readonly refusedNoted: number;
  readonly refusedErased: number;
}

export async function retireRefusedApplicants(ctx: ServiceContext, keepGoing: KeepGoing): Promise<RefusedReport> {
  await ctx.store.transaction((trx) => forgetAccepted(trx));
  const refusedNoted = await noteRefused(ctx, keepGoing);
  const refusedErased = await eraseEnded(ctx, keepGoing);
  if (refusedErased > 0) await forgetInFiles(ctx);
  return { refusedNoted, refusedErased };
}

async function forgetAccepted(trx: Db): Promise<void> {
  await trx
    .deleteFrom('refused_applicants')
    .where('customer_id', 'in', (e) => e.selectFrom('customers').select('id').where('kyc_level', 'not in', ['none']))
    .execute();
}

/** Turned down by a person, nothing open, no standing ever reached. */
async function noteRefused(ctx: ServiceContext, keepGoing: KeepGoing): Promise<number> {
  for (let noted = 0; ;) {
    const count = await ctx.store.transaction(async (trx) => {
      const rows = await refusedCustomers(trx);
      for (const row of rows) {
        const organisation = await findOrganisation(trx, row.org_id);
        const days = organisation?.settings.retention.refusedDays ?? defaultDays;
        await trx
          .insertInto('refused_applicants')
          .values({
            customer_id: row.id,
            org_id: row.org_id,
            refused_at: row.refused_at,
            expires_at: plusMs(row.refused_at, days * dayMs),
          })
          .execute();
        await recordAudit(ctx, trx, systemActor(row.org_id), {
          event: 'applicant.refused',
          customerId: row.id,
          detail: { days },
        });
      }
      return rows.length;
    });
    noted += count;
    if (count < batchSize) return noted;
    await keepGoing();
  }
}

function refusedCustomers(
  trx: Db,
): Promise<readonly { readonly id: string; readonly org_id: string; readonly refused_at: string }[]> {
  return trx
    .selectFrom('customers as c')
    .innerJoin('review_cases as r', 'r.customer_id', 'c.id')
    .select((e) => ['c.id', 'c.org_id', e.fn.max('r.updated_at').as('refused_at')])
    .where('c.status', '=', 'active')
    .where('c.kyc_level', '=', 'none')
    .where('r.status', '=', 'rejected')
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom('review_cases as o')
            .select('o.id')
            .whereRef('o.customer_id', '=', 'c.id')
            .where('o.status', 'in', ['open', 'escalated', 'approved']),
        ),
      ),
    )
    .where((e) =>
      e.not(
        e.exists(e.selectFrom('refused_applicants as x').select('x.org_id').whereRef('x.customer_id', '=', 'c.id')),
      ),
    )
    .groupBy(['c.id', 'c.org_id'])
    .limit(batchSize)
    .execute();
}

async function eraseEnded(ctx: ServiceContext, keepGoing: KeepGoing): Promise<number> {
  for (let erased = 0; ;) {
    const rows = await ctx.store.db
      .selectFrom('refused_applicants as x')
      .innerJoin('customers as c', 'c.id', 'x.customer_id')
      .select(['x.customer_id', 'x.org_id'])
      .where('x.expires_at', '<=', instant(ctx))
      .where('c.status', '=', 'active')
      .limit(batchSize)
      .execute();
    for (const row of rows) {
      await ctx.store.transaction(async (trx) => {
        await eraseRefused(ctx, trx, systemActor(row.org_id), row.customer_id);
        await trx.deleteFrom('refused_applicants').where('customer_id', '=', row.customer_id).execute();
      });
      erased += 1;
    }
    if (rows.length < batchSize) return erased;
    await keepGoing();
  }
}
