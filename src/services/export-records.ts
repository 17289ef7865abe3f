/**
 * Exports as CSV (RFC 4180, UTF-8), written in batches so that the memory does not grow with the table. Cells that a
 * spreadsheet would take for a formula get an apostrophe in front (OWASP CSV Injection).
 */
import { stringify } from 'csv-stringify/sync';
import type { Reason } from '../contract/reasons.ts';
import { customerBatch } from '../store/repositories/customer-batches.ts';
import type { CustomerFilter, CustomerRow } from '../store/repositories/customers.ts';
import type { Cursor } from '../store/repositories/types.ts';
import {
  listVerifications,
  type ListedVerification,
  type VerificationFilter,
} from '../store/repositories/verifications.ts';
import { instant, plusMs, type Actor, type ServiceContext } from './context.ts';
import { recordAudit } from './record-audit.ts';

const batchSize = 500;

type Cell = string | number | null;

interface Sheet<R> {
  readonly columns: Readonly<Record<string, (row: R) => Cell>>;
  /** Rows after a position, oldest first, made before an instant. */
  batch(after: Cursor | null, before: string): Promise<readonly R[]>;
}

/** Rows as RFC 4180 lines; what a spreadsheet would take for a formula is disarmed. */
export function csvOf(rows: readonly (readonly Cell[])[]): string {
  return stringify(
    rows.map((row) => [...row]),
    { record_delimiter: '\r\n', escape_formulas: true, quoted_match: /^\s|\s$/ },
  );
}

/** The text, piece by piece: header first, then a batch at a time, each read only when the one before was taken. */
async function* sheetText<R extends { readonly id: string; readonly created_at: string }>(
  sheet: Sheet<R>,
  before: string,
): AsyncGenerator<string> {
  const columns = Object.values(sheet.columns);
  yield csvOf([Object.keys(sheet.columns)]);
  for (let after: Cursor | null = null; ;) {
    const rows: readonly R[] = await sheet.batch(after, before);
    if (rows.length > 0) yield csvOf(rows.map((row) => columns.map((cell) => cell(row))));
    const last = rows.at(-1);
    if (last === undefined || rows.length < batchSize) return;
    after = { at: last.created_at, id: last.id };
  }
}

/** What is made while the export runs is not part of it, so that it ends. */
function endOf(ctx: ServiceContext): string {
  return plusMs(instant(ctx), 1);
}

/** Which filters were set, never their values: one of them may be a customer's own reference. */
async function recordExport(ctx: ServiceContext, actor: Actor, kind: string, filter: object): Promise<void> {
  const filters = Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  await ctx.store.transaction((trx) =>
    recordAudit(ctx, trx, actor, { event: 'export.created', detail: { kind, filters } }),
  );
}

export async function exportCustomers(
  ctx: ServiceContext,
  actor: Actor,
  filter: CustomerFilter,
): Promise<AsyncGenerator<string>> {
  await recordExport(ctx, actor, 'customers', filter);
  return sheetText<CustomerRow>(
    {
      columns: {
        id: (row) => row.id,
        fullName: (row) => row.full_name,
        nik: (row) => row.nik,
        email: (row) => row.email,
        phone: (row) => row.phone,
        externalRef: (row) => row.external_ref,
        status: (row) => row.status,
        kycLevel: (row) => row.kyc_level,
        kycLastVerifiedAt: (row) => row.kyc_last_verified_at,
        kycExpiresAt: (row) => row.kyc_expires_at,
        dataResidency: (row) => row.data_residency,
        createdAt: (row) => row.created_at,
        updatedAt: (row) => row.updated_at,
      },
      batch: (after, before) => customerBatch(ctx.store.db, actor.orgId, filter, { after, before, limit: batchSize }),
    },
    endOf(ctx),
  );
}

export async function exportVerifications(
  ctx: ServiceContext,
  actor: Actor,
  filter: VerificationFilter,
): Promise<AsyncGenerator<string>> {
  await recordExport(ctx, actor, 'verifications', filter);
  return sheetText<ListedVerification>(
    {
      columns: {
        id: (row) => row.id,
        customerId: (row) => row.customer_id,
        method: (row) => row.method,
        status: (row) => row.effectiveStatus,
        recordedStatus: (row) => row.status,
        score: (row) => row.score,
        reasons: (row) => (JSON.parse(row.reasons) as Reason[]).map((reason) => reason.code).join(' '),
        captureId: (row) => row.capture_id,
        operatorId: (row) => row.operator_id,
        dataResidency: (row) => row.data_residency,
        createdAt: (row) => row.created_at,
      },
      async batch(after, before) {
        const to = filter.to === undefined || filter.to > before ? before : filter.to;
        const slice = { by: 'cursor', after, limit: batchSize } as const;
        return (await listVerifications(ctx.store.db, actor.orgId, { ...filter, to }, slice)).rows;
      },
    },
    endOf(ctx),
  );
}
