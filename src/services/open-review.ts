/** One review case with everything a reviewer needs: gates, voters, fields, and pictures, whose viewing is recorded. */
import type { CustomerView, GateView, NikView, ReviewView } from '../contract/desk/answers.ts';
import type { Reason } from '../contract/reasons.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { Voter } from '../contract/verdicts.ts';
import type { KycTier, VerificationMethod } from '../contract/vocabulary.ts';
import { findCustomer, findCustomerKey } from '../store/repositories/customers.ts';
import { findReviewCase, listReviewDecisions } from '../store/repositories/reviews.ts';
import { findUser } from '../store/repositories/users.ts';
import { listEffectiveVerifications, type EffectiveVerification } from '../store/repositories/verifications.ts';
import { openReading, type SealedReading } from './capture-ktp.ts';
import type { Actor, ServiceContext } from './context.ts';
import { getKyc } from './get-kyc.ts';
import { reviewListing } from './list-reviews.ts';
import { readNik } from './nik.ts';
import { recordAudit } from './record-audit.ts';
import { casePictures, noPictures } from './review-desk/case-pictures.ts';
import { viewScreening } from './screening/view-screening.ts';

/** Errors: `not_found`, `person_required` (no API key ever sees a frame), `unavailable` (the frames cannot be fetched now). */
export async function openReview(ctx: ServiceContext, actor: Actor, caseId: string): Promise<Result<ReviewView>> {
  if (actor.kind !== 'user') return fail('person_required', 'a signed-in person is required');
  const { db } = ctx.store;
  const row = await findReviewCase(db, actor.orgId, caseId);
  if (row === null) return fail('not_found', 'review case not found');
  const customer = await viewOfCustomer(ctx, actor, row.customer_id);
  if (customer === null) return fail('not_found', 'review case not found');
  const wrappedKey = await findCustomerKey(db, actor.orgId, row.customer_id);
  const verifications = await listEffectiveVerifications(db, actor.orgId, row.customer_id);
  const captureId = verifications.find(({ id }) => id === row.verification_id)?.capture_id ?? null;
  const latest = checksOfCase(verifications, captureId);
  const reading = wrappedKey === null ? null : await readingOfCase(ctx, actor, row.customer_id, wrappedKey, latest);
  const pictures =
    wrappedKey === null
      ? ok(noPictures)
      : await casePictures(ctx, actor, { customerId: row.customer_id, captureId, wrappedKey });
  if (!pictures.ok) return pictures;
  await ctx.store.transaction((trx) =>
    recordAudit(ctx, trx, actor, { event: 'evidence.viewed', customerId: row.customer_id, objectId: row.id }),
  );
  const decisions = await listReviewDecisions(db, actor.orgId, caseId);
  const people = await Promise.all(decisions.map((decision) => findUser(db, decision.reviewer_id)));
  const screening = await viewScreening(ctx, actor, { caseId, customerId: row.customer_id, wrappedKey });
  const nik = reading?.values.nik === undefined ? null : nikView(ctx, reading.values.nik);
  return ok({
    ...(await reviewListing(db, actor, row)),
    customer,
    screening,
    fields: reading?.values ?? null,
    nik,
    ...pictures.value,
    gates: gatesOf(latest),
    voters: votersOf(latest),
    decisions: decisions.map((decision, index) => ({
      decision: decision.decision,
      reason: decision.reason,
      reasonCode: decision.reason_code,
      reviewer: people[index]?.full_name ?? decision.reviewer_id,
      createdAt: decision.created_at,
    })),
  });
}

function nikView(ctx: ServiceContext, nik: string): NikView {
  const decode = readNik(ctx, nik);
  const { province, regency, district, birthDate, sex, reasons } = decode;
  return { nik, valid: decode.wellFormed && decode.consistent, province, regency, district, birthDate, sex, reasons };
}

/** The customer page without its audit row: the caller records what was looked at. */
export async function viewOfCustomer(ctx: ServiceContext, actor: Actor, id: string): Promise<CustomerView | null> {
  const row = await findCustomer(ctx.store.db, actor.orgId, id);
  const kyc = await getKyc(ctx, actor, id);
  if (row === null || !kyc.ok) return null;
  return {
    id: row.id,
    fullName: row.full_name,
    nikTail: row.nik === null ? null : row.nik.slice(-4),
    kycLevel: kyc.value.customer.kycLevel as KycTier,
    updatedAt: row.updated_at,
    status: row.status,
    kycExpiresAt: row.kyc_expires_at,
    verifications: kyc.value.verifications,
    history: kyc.value.history,
  };
}

type Latest = ReadonlyMap<VerificationMethod, EffectiveVerification>;

/** The checks of the case's own capture, and beside them the customer's newest of the other kinds. */
export function checksOfCase(verifications: readonly EffectiveVerification[], captureId: string | null): Latest {
  const own = verifications.filter((row) => captureId !== null && row.capture_id === captureId);
  return new Map([...verifications, ...own].map((row) => [row.method as VerificationMethod, row]));
}

/** The card as it stands in the case: of its own card check where it has one, else the newest. */
export function readingOfCase(
  ctx: ServiceContext,
  actor: Actor,
  customerId: string,
  wrappedKey: Uint8Array,
  checks: Latest,
): Promise<SealedReading | null> {
  const card = checks.get('ktp_capture')?.id;
  return openReading(ctx, ctx.store.db, actor.orgId, customerId, wrappedKey, card);
}

interface StoredDetail {
  readonly judgement?: {
    readonly similarity?: number | null;
    readonly threshold?: number;
    readonly present?: number;
    readonly voters?: readonly Voter[];
    readonly antiSpoof?: { readonly voters: readonly Voter[] };
    readonly tamper?: { readonly voters: readonly Voter[] };
  };
}

const gateStates = { verified: 'pass', pending: 'review', failed: 'fail' } as const;

function gatesOf(latest: Latest): readonly GateView[] {
  const methods = { ktp: 'ktp_capture', liveness: 'face_liveness', match: 'face_match' } as const;
  return (['ktp', 'liveness', 'match'] as const).map((gate): GateView => {
    const row = latest.get(methods[gate]);
    if (row === undefined) return { gate, state: 'missing', value: null, threshold: null, reasons: [] };
    const detail = JSON.parse(row.detail) as StoredDetail;
    const value = gate === 'match' ? (detail.judgement?.similarity ?? null) : row.score;
    return {
      gate,
      state: gateStates[row.effectiveStatus],
      value,
      threshold: detail.judgement?.threshold ?? null,
      reasons: JSON.parse(row.reasons) as Reason[],
      ...(row.effectiveStatus === row.status ? {} : { byPerson: true }),
    };
  });
}

function votersOf(latest: Latest): ReviewView['voters'] {
  const card = (JSON.parse(latest.get('ktp_capture')?.detail ?? '{}') as StoredDetail).judgement;
  const face = (JSON.parse(latest.get('face_liveness')?.detail ?? '{}') as StoredDetail).judgement;
  const grouped = [
    { group: 'card' as const, voters: card?.antiSpoof?.voters ?? [] },
    { group: 'tamper' as const, voters: card?.tamper?.voters ?? [] },
    { group: 'face' as const, voters: face?.voters ?? [] },
  ];
  return grouped.flatMap(({ group, voters }) =>
    voters.map(({ name, passed, value, threshold, reason, findings = [] }) => ({
      group,
      name,
      passed,
      reason,
      findings,
      ...(value === undefined ? {} : { value }),
      ...(threshold === undefined ? {} : { threshold }),
    })),
  );
}
