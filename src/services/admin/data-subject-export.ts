/** Everything Loket holds about one person, for him to read (UU PDP art. 7 and 32). Never a template, never another person's data. */
import { fail, ok, type Result } from '../../contract/result.ts';
import type { Reason } from '../../contract/reasons.ts';
import type { KtpFieldValues } from '../../contract/vocabulary.ts';
import { listAuditRows } from '../../store/repositories/audit-rows.ts';
import { listCaptures } from '../../store/repositories/captures.ts';
import { listConsents } from '../../store/repositories/consents.ts';
import { findCustomer, findCustomerKey } from '../../store/repositories/customers.ts';
import { findDataSubjectRequest, listDataSubjectRequests } from '../../store/repositories/data-subject-requests.ts';
import { listEnrolments } from '../../store/repositories/enrolments.ts';
import { listCustomerTierEvents } from '../../store/repositories/tier-events.ts';
import type { ListPart, Slice } from '../../store/repositories/types.ts';
import { listEffectiveVerifications } from '../../store/repositories/verifications.ts';
import { openReading } from '../capture-ktp.ts';
import { instant, type Actor, type ServiceContext } from '../context.ts';
import { customerView, type CustomerRecord } from '../customer-view.ts';
import { recordAudit } from '../record-audit.ts';
import { requestView, type DataSubjectRequest } from './data-subject-requests.ts';

export interface PersonalExport {
  readonly generatedAt: string;
  readonly requestId: string;
  readonly customer: CustomerRecord;
  /** The confirmed fields of the newest card; null when none was read or it is gone. */
  readonly card: KtpFieldValues | null;
  readonly consents: readonly {
    readonly version: string;
    readonly language: string;
    readonly purposes: readonly string[];
    readonly acceptedAt: string;
    readonly withdrawnAt: string | null;
  }[];
  readonly verifications: readonly {
    readonly id: string;
    readonly method: string;
    readonly status: string;
    readonly score: number | null;
    readonly reasons: readonly Reason[];
    readonly createdAt: string;
  }[];
  readonly tierHistory: readonly {
    readonly fromTier: string;
    readonly toTier: string;
    readonly reason: string;
    readonly createdAt: string;
  }[];
  readonly captures: readonly {
    readonly id: string;
    readonly kind: string;
    readonly capturedAt: string;
    readonly framesStored: number;
    readonly framesRetired: boolean;
  }[];
  readonly references: readonly {
    readonly id: string;
    readonly source: string;
    readonly active: boolean;
    readonly createdAt: string;
    readonly retiredAt: string | null;
  }[];
  readonly requests: readonly DataSubjectRequest[];
  /** What was done with his data, and when; which program or kind of person did it, not who. */
  readonly processing: readonly { readonly event: string; readonly by: string; readonly at: string }[];
}

/** All parts of a list, however long. */
async function everything<R>(page: (slice: Slice) => Promise<ListPart<R>>): Promise<readonly R[]> {
  const rows: R[] = [];
  let after: Extract<Slice, { by: 'cursor' }>['after'] = null;
  do {
    const part = await page({ by: 'cursor', after, limit: 500 });
    rows.push(...part.rows);
    after = part.next;
  } while (after !== null);
  return rows;
}

/** Errors: `not_found`, `customer_archived`, `validation_failed` (not a request for access). */
export async function exportPersonalData(
  ctx: ServiceContext,
  actor: Actor,
  requestId: string,
): Promise<Result<PersonalExport>> {
  const { db } = ctx.store;
  const { orgId } = actor;
  const request = await findDataSubjectRequest(db, orgId, requestId);
  const customer = request === null ? null : await findCustomer(db, orgId, request.customer_id);
  if (request === null || customer === null) return fail('not_found', 'request not found');
  if (request.kind !== 'access') return fail('not_found', 'this request did not ask for access');
  if (customer.status === 'archived') return fail('customer_archived', 'the customer was erased');
  const customerId = customer.id;
  const key = await findCustomerKey(db, orgId, customerId);
  const reading = key === null ? null : await openReading(ctx, db, orgId, customerId, key);
  const subject = ctx.vault.subjectId(orgId, customerId);
  const audit = await everything((slice) => listAuditRows(db, orgId, { subject }, slice));
  await ctx.store.transaction((trx) =>
    recordAudit(ctx, trx, actor, {
      event: 'export.created',
      customerId,
      objectId: requestId,
      detail: { kind: 'access' },
    }),
  );
  const enrolments = await everything((slice) => listEnrolments(db, orgId, { customerId }, slice));
  const requests = await everything((slice) => listDataSubjectRequests(db, orgId, { customerId }, slice));
  return ok({
    generatedAt: instant(ctx),
    requestId,
    customer: customerView(customer),
    card: reading?.values ?? null,
    consents: (await listConsents(db, orgId, customerId)).map((row) => ({
      version: row.version,
      language: row.language,
      purposes: JSON.parse(row.purposes) as string[],
      acceptedAt: row.accepted_at,
      withdrawnAt: row.withdrawn_at,
    })),
    verifications: (await listEffectiveVerifications(db, orgId, customerId)).map((row) => ({
      id: row.id,
      method: row.method,
      status: row.effectiveStatus,
      score: row.score,
      reasons: JSON.parse(row.reasons) as Reason[],
      createdAt: row.created_at,
    })),
    tierHistory: (await listCustomerTierEvents(db, orgId, customerId)).map((row) => ({
      fromTier: row.from_tier,
      toTier: row.to_tier,
      reason: row.reason,
      createdAt: row.created_at,
    })),
    captures: (await listCaptures(db, orgId, customerId)).map((row) => ({
      id: row.id,
      kind: row.kind,
      capturedAt: row.captured_at,
      framesStored: row.frames_stored,
      framesRetired: row.frames_blob_id === '__retired__',
    })),
    references: enrolments.map((row) => ({
      id: row.id,
      source: row.source,
      active: row.active === 1,
      createdAt: row.created_at,
      retiredAt: row.retired_at,
    })),
    requests: requests.map((row) => requestView(ctx, row)),
    processing: audit.map((row) => ({ event: row.event, by: row.actor_kind, at: row.occurred_at })),
  });
}
