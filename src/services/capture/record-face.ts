/** Writing what a selfie proved: liveness, match, and the references that follow from both. */
import type { FaceFacts } from '../../contract/facts.ts';
import type { Reason } from '../../contract/reasons.ts';
import type { MatchJudgement } from '../../contract/verdicts.ts';
import type { Db } from '../../store/repositories/types.ts';
import { listEffectiveVerifications } from '../../store/repositories/verifications.ts';
import type { Actor, ServiceContext } from '../context.ts';
import { findDuplicates, type DuplicateFinding } from '../duplicates/find-duplicates.ts';
import { evaluateFace, evaluateMatch, type FaceEvaluation } from '../evaluate-face.ts';
import { chooseReference, enrol, usableReferences, type FaceReference } from '../references.ts';
import type { AcceptedCapture } from './accepted-capture.ts';
import { forcedLiveness } from './forced-outcome.ts';
import { findWatched } from '../watched-faces.ts';
import { withDoubts, writeVerification, type WrittenVerification } from './record-capture.ts';

export const livenessStatus = { live: 'verified', spoof: 'failed', unclear: 'pending' } as const;
export const matchStatus = { match: 'verified', no_match: 'failed', unclear: 'pending' } as const;

/** Facts and liveness of an accepted selfie capture. */
export async function evaluateSelfie(ctx: ServiceContext, capture: AcceptedCapture): Promise<FaceEvaluation> {
  const { manifest, frames } = capture.bundle;
  const { evidence } = manifest;
  const { facts, judgement } = await evaluateFace(ctx, {
    frames,
    ...(evidence?.frameTimesMs === undefined ? {} : { frameTimesMs: evidence.frameTimesMs }),
    ...(capture.flash === undefined ? {} : { flash: capture.flash }),
    ...(manifest.flashSamples === undefined ? {} : { flashSamples: manifest.flashSamples }),
    ...(manifest.rppgSamples === undefined ? {} : { pulseSamples: manifest.rppgSamples }),
    ...(evidence?.camera === undefined ? {} : { camera: evidence.camera }),
    prompts: evidence?.prompts ?? [],
    attested: capture.attested,
    platform: manifest.platform,
    simulated: capture.simulated,
    settings: capture.organisation.settings,
  });
  return { facts, judgement: forcedLiveness(judgement, capture.forcedOutcome) };
}

/** Whether the face proven alive is the customer's: true, false, or null when there was nothing to compare it with. */
async function isHolder(
  trx: Db,
  capture: AcceptedCapture,
  captureId: string,
  facts: FaceFacts,
): Promise<boolean | null> {
  if (!facts.template.available) return null;
  const references = await usableReferences(trx, capture.organisation.id, capture.customer.id, captureId);
  const reference = chooseReference(references, facts.template.value.modelId);
  if (reference === null) return null;
  const { verdict } = evaluateMatch(
    facts.template,
    reference.template,
    capture.organisation.settings,
    'low',
    reference.source,
  );
  return verdict === 'unclear' ? null : verdict === 'match';
}

/** The live face among the other customers' faces. Drawn people all look alike, so simulated captures are left out. */
async function otherIdentities(
  ctx: ServiceContext,
  trx: Db,
  capture: AcceptedCapture,
  facts: FaceFacts,
): Promise<DuplicateFinding | null> {
  const { settings, id: orgId } = capture.organisation;
  if (!facts.template.available || capture.simulated || settings.duplicates?.enabled === false) return null;
  return findDuplicates(ctx, trx, { orgId, customerId: capture.customer.id, probe: facts.template.value, settings });
}

/** Staff and people not served, by the same matcher. Simulated captures are left out, as above. */
export async function watchedDoubts(trx: Db, capture: AcceptedCapture, facts: FaceFacts): Promise<readonly Reason[]> {
  if (!facts.template.available || capture.simulated) return [];
  const { settings, id: orgId } = capture.organisation;
  const { operatorId } = capture;
  return (await findWatched(trx, { orgId, probe: facts.template.value, settings, operatorId })).reasons;
}

export async function recordLiveness(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  capture: AcceptedCapture,
  captureId: string,
  evaluation: FaceEvaluation,
): Promise<WrittenVerification & { readonly reasons: readonly Reason[] }> {
  const { judgement, facts } = evaluation;
  const holder = await isHolder(trx, capture, captureId, facts);
  const twins = await otherIdentities(ctx, trx, capture, facts);
  const watched = await watchedDoubts(trx, capture, facts);
  const doubts = [...capture.doubts, ...(twins?.reasons ?? []), ...watched];
  const reasons = [...judgement.reasons, ...doubts];
  const written = await writeVerification(ctx, trx, actor, capture, captureId, {
    method: 'face_liveness',
    status: withDoubts(livenessStatus[judgement.fused], doubts),
    score: judgement.score,
    reasons,
    detail: {
      kind: 'liveness',
      judgement: withoutReasons(judgement),
      holder,
      ...(twins === null ? {} : searched(twins)),
      models: facts.models,
    },
    event: 'face.liveness_checked',
    auditDetail: { verdict: judgement.fused },
  });
  return { ...written, reasons };
}

/** Among how many faces, from which cosine and by which rule: a rule of thumb is told from a measured tail afterwards too. */
function searched({
  hits,
  enrolled,
  threshold,
  basis,
  extrapolated,
}: DuplicateFinding): Readonly<Record<string, unknown>> {
  const search = { enrolled, threshold, basis, extrapolated };
  return { duplicateSearch: search, ...(hits.length === 0 ? {} : { duplicates: hits }) };
}

export interface MatchRecordInput {
  readonly judgement: MatchJudgement;
  readonly reference: FaceReference | null;
  /** The caller sent his own picture to compare with. */
  readonly suppliedReference: boolean;
  readonly facts: FaceFacts;
}

export function recordMatch(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  capture: AcceptedCapture,
  captureId: string,
  input: MatchRecordInput,
): Promise<WrittenVerification> {
  const { judgement, reference } = input;
  return writeVerification(ctx, trx, actor, capture, captureId, {
    method: 'face_match',
    status: withDoubts(matchStatus[judgement.verdict], capture.doubts),
    score: judgement.score,
    reasons: [...judgement.reasons, ...capture.doubts],
    detail: {
      kind: 'match',
      judgement: withoutReasons(judgement),
      ...referenceDetail(input),
      models: input.facts.models,
    },
    event: 'face.matched',
    auditDetail: { verdict: judgement.verdict, enrolmentId: reference?.enrolmentId ?? null },
  });
}

export function referenceDetail(
  input: Pick<MatchRecordInput, 'reference' | 'suppliedReference'>,
): Readonly<Record<string, unknown>> {
  return {
    reference: {
      enrolmentId: input.reference?.enrolmentId ?? null,
      source: input.suppliedReference ? 'supplied' : (input.reference?.source ?? null),
      confirmed: input.reference?.confirmed ?? false,
    },
  };
}

export function withoutReasons<T extends { readonly reasons: readonly Reason[] }>(judgement: T): Omit<T, 'reasons'> {
  const { reasons: _reasons, ...rest } = judgement;
  return rest;
}

/**
 * A verified onboarding selfie becomes a reference: the same capture proved alive and matched a confirmed reference.
 * A caller's own picture never leads to one.
 */
export async function enrolVerifiedSelfie(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  capture: AcceptedCapture,
  captureId: string,
  facts: FaceFacts,
): Promise<void> {
  if (!facts.template.available) return;
  const rows = await listEffectiveVerifications(trx, actor.orgId, capture.customer.id);
  const verified = rows.filter((row) => row.capture_id === captureId && row.effectiveStatus === 'verified');
  const live = verified.some((row) => row.method === 'face_liveness');
  const matched = verified.some((row) => row.method === 'face_match' && referenceConfirmed(row.detail));
  if (!live || !matched) return;
  await enrol(ctx, trx, actor, {
    customerId: capture.customer.id,
    source: 'onboarding_selfie',
    template: facts.template.value,
    captureId,
    supersede: true,
  });
}

function referenceConfirmed(detail: string): boolean {
  const { reference } = JSON.parse(detail) as { reference?: { confirmed?: boolean } };
  return reference?.confirmed === true;
}
