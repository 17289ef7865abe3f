/** What stands around a case: how it was captured, who changed which field, who else has this face, what happened before. */
import type { BundleManifest } from '../../contract/bundle.ts';
import type { CaseConsent, CaseDetail, CaseField, CaseHistory, CaseMark } from '../../contract/desk/review-desk.ts';
import type { Reason } from '../../contract/reasons.ts';
import { openingHoursOf } from '../../core/review/review-sla.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { ktpFieldNames, type VerificationMethod, type VerificationStatus } from '../../contract/vocabulary.ts';
import { findCustomerKey } from '../../store/repositories/customers.ts';
import { findOrganisation } from '../../store/repositories/organisations.ts';
import { findQueueRows, listCasesOfCustomer, type QueueRow } from '../../store/repositories/review-queue.ts';
import { listReviewDecisions } from '../../store/repositories/reviews.ts';
import { findUser } from '../../store/repositories/users.ts';
import { listEffectiveVerifications, type EffectiveVerification } from '../../store/repositories/verifications.ts';
import { auditTrailOf } from '../audit-trail.ts';
import type { SealedReading } from '../capture-ktp.ts';
import { instant, type Actor, type ServiceContext } from '../context.ts';
import { checksOfCase, readingOfCase } from '../open-review.ts';
import { capturesOfCase, type CaseCaptures, type OpenedCapture } from './case-pictures.ts';
import { duplicatesOfCase } from './case-duplicates.ts';
import { ageOf, assigneeOf } from './view-queue.ts';

/** Errors: `person_required`, `not_found`, `unavailable`. The case itself was opened, and that recorded, by `openReview`. */
export async function caseDetail(ctx: ServiceContext, actor: Actor, caseId: string): Promise<Result<CaseDetail>> {
  if (actor.kind !== 'user') return fail('person_required', 'a signed-in person is required');
  const { db } = ctx.store;
  const [row] = await findQueueRows(db, actor.orgId, [caseId]);
  if (row === undefined) return fail('not_found', 'review case not found');
  const wrappedKey = await findCustomerKey(db, actor.orgId, row.customer_id);
  const verifications = await listEffectiveVerifications(db, actor.orgId, row.customer_id);
  const checks = checksOfCase(verifications, row.capture_id);
  const about = { customerId: row.customer_id, captureId: row.capture_id };
  const reading = wrappedKey === null ? null : await readingOfCase(ctx, actor, row.customer_id, wrappedKey, checks);
  const captures =
    wrappedKey === null ? ok({ card: null, face: null }) : await capturesOfCase(ctx, actor, { ...about, wrappedKey });
  if (!captures.ok) return captures;
  const organisation = await findOrganisation(db, actor.orgId);
  const mine = verifications.filter((one) => isOfCase(row, one)).map(({ id }) => id);
  return ok({
    assignee: assigneeOf(row),
    age: ageOf(row, instant(ctx), openingHoursOf(organisation?.settings.review)),
    slaMinutes: organisation?.settings.review.slaMinutes ?? 0,
    desk: row.desk_name,
    fields: reading === null ? [] : await fieldsOf(ctx, reading),
    consent: consentOf(captures.value),
    marks: await marksOf(ctx, actor, row, reading, captures.value),
    duplicates: await duplicatesOfCase(ctx, actor, row, { checks: [...checks.values()], nik: reading?.values.nik }),
    history: await historyOf(ctx, actor, row, verifications),
    audit: await auditTrailOf(ctx, actor, [row.id, ...mine, ...(row.capture_id === null ? [] : [row.capture_id])]),
  });
}

function isOfCase(row: QueueRow, one: EffectiveVerification): boolean {
  return one.id === row.verification_id || (row.capture_id !== null && one.capture_id === row.capture_id);
}

async function fieldsOf(ctx: ServiceContext, reading: SealedReading): Promise<readonly CaseField[]> {
  const fields: CaseField[] = [];
  for (const name of ktpFieldNames) {
    const value = reading.values[name];
    const original = reading.original[name] ?? null;
    if (value === undefined && original === null) continue;
    const correction = reading.corrections.findLast((one) => one.field === name);
    const by = correction === undefined ? null : await findUser(ctx.store.db, correction.by);
    fields.push({
      name,
      value: value ?? '',
      confidence: original === null || reading.typedByHand ? null : (reading.confidence[name] ?? null),
      original,
      correctedBy: correction === undefined ? null : (by?.full_name ?? correction.by),
      correctedAt: correction?.at ?? null,
    });
  }
  return fields;
}

/** As it stands in the signed manifest; card and face of one session hold the same. */
function consentOf({ card, face }: CaseCaptures): CaseConsent | null {
  const evidence = [card, face].map((one) => one?.manifest.evidence).find((one) => one?.consent !== undefined);
  if (evidence?.consent === undefined) return null;
  const { version, language, purposes, acceptedAt, hash } = evidence.consent;
  if (evidence.signature === undefined) return { version, language, purposes, acceptedAt, signature: null };
  const { consentHash, ...signature } = evidence.signature;
  return { version, language, purposes, acceptedAt, signature: { ...signature, sameText: consentHash === hash } };
}

async function marksOf(
  ctx: ServiceContext,
  actor: Actor,
  row: QueueRow,
  reading: SealedReading | null,
  { card, face }: CaseCaptures,
): Promise<readonly CaseMark[]> {
  const marks: CaseMark[] = [];
  const manifests = [card, face].flatMap((one) => (one === null ? [] : [one.manifest]));
  if (await wentToComplianceAtOnce(ctx, actor, row)) marks.push({ kind: 'lone_supervisor' });
  if ([card, face].some((one) => one?.capture.simulated === 1)) marks.push({ kind: 'simulated' });
  if (reading?.typedByHand === true) marks.push({ kind: 'typed_by_hand' });
  const ground = manifests.map((one) => one.evidence?.exception).find((one) => one !== undefined);
  if (ground !== undefined) marks.push({ kind: 'exception', ground });
  const source = card?.manifest.evidence?.source;
  if (source !== undefined && source !== 'camera') marks.push({ kind: 'source', source });
  const scan = card?.manifest.evidence?.scan;
  if (scan !== undefined)
    marks.push({ kind: 'scan', agrees: scan.agrees.length, differs: scan.differs, simulated: scan.simulated });
  const names = await operatorsOf(ctx, row, manifests, reading);
  if (names.length > 1) marks.push({ kind: 'operators', names });
  const camera = faceCamera(face);
  if (camera !== null) marks.push(camera);
  return marks;
}

function faceCamera(face: OpenedCapture | null): CaseMark | null {
  const camera = face?.manifest.evidence?.camera;
  return camera === undefined || camera.pinned || camera.simulated
    ? null
    : { kind: 'camera', label: camera.label, pinned: camera.pinned };
}

/** Escalated without anybody having decided so: there was nobody else at the branch who may decide. */
async function wentToComplianceAtOnce(ctx: ServiceContext, actor: Actor, row: QueueRow): Promise<boolean> {
  if (row.status !== 'escalated') return false;
  const decisions = await listReviewDecisions(ctx.store.db, actor.orgId, row.id);
  return !decisions.some(({ decision }) => decision === 'escalate');
}

/** Everybody who had a hand in it: who captured card and face, who handed the session on, and who changed a field. */
async function operatorsOf(
  ctx: ServiceContext,
  row: QueueRow,
  manifests: readonly BundleManifest[],
  reading: SealedReading | null,
): Promise<readonly string[]> {
  const ids = new Set([
    ...(row.operator_id === null ? [] : [row.operator_id]),
    ...manifests.flatMap((one) => one.evidence?.operatorId ?? []),
    ...manifests.flatMap((one) => (one.evidence?.operators ?? []).map(({ id }) => id)),
    ...(reading?.corrections ?? []).map(({ by }) => by),
  ]);
  const users = await Promise.all([...ids].map((id) => findUser(ctx.store.db, id)));
  return users.flatMap((user) => (user === null ? [] : [user.full_name]));
}

async function historyOf(
  ctx: ServiceContext,
  actor: Actor,
  row: QueueRow,
  verifications: readonly EffectiveVerification[],
): Promise<CaseHistory> {
  const cases = await listCasesOfCustomer(ctx.store.db, actor.orgId, row.customer_id);
  return {
    verifications: [...verifications].reverse().map((one) => ({
      id: one.id,
      method: one.method as VerificationMethod,
      status: one.effectiveStatus,
      recorded: one.status as VerificationStatus,
      score: one.score,
      createdAt: one.created_at,
      ofThisCase: isOfCase(row, one),
    })),
    cases: cases
      .filter(({ id }) => id !== row.id)
      .map(({ id, status, created_at, reasons }) => ({
        id,
        status,
        createdAt: created_at,
        reasons: JSON.parse(reasons) as Reason[],
      })),
  };
}
