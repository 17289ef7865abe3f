/** Sealing what was captured and following its way: provisional at once, official as soon as the record answers. */
import type { OnboardingResult, OnboardingView } from '../../contract/desk/answers.ts';
import type { Reason, ReasonCode } from '../../contract/reasons.ts';
import type { Result } from '../../contract/result.ts';
import type { OrgSettings } from '../../contract/settings.ts';
import type { MatchJudgement } from '../../contract/verdicts.ts';
import type { KycTier, VerificationMethod, VerificationStatus } from '../../contract/vocabulary.ts';
import { advance } from '../../core/onboarding/machine.ts';
import type { CameraFinding } from '../camera/camera-policy.ts';
import { buildCardManifest, buildFaceManifest, type SelfieCapture } from './build-bundle.ts';
import { compareScan, scanReasons } from './card-scan.ts';
import { correctionReasons } from './confirm-fields.ts';
import { distinctReasons, toOutcome, toResult, type Judgements } from './decide.ts';
import type { Draft, SealedBundle } from './draft.ts';
import type { OnboardingSession } from './onboarding-session.ts';
import type {
  BundleState,
  CardEvaluation,
  FaceEvaluation,
  OnboardingPorts,
  SealRequest,
  ToldOutcome,
} from './ports.ts';

export interface SelfieEvidence {
  readonly capture: SelfieCapture;
  readonly finding: CameraFinding;
}

export interface Findings {
  readonly card: CardEvaluation | null;
  /** Null on the exception path without a selfie, with `match` and `evidence`. */
  readonly face: FaceEvaluation | null;
  readonly match: MatchJudgement | null;
  readonly evidence: SelfieEvidence | null;
  readonly settings: OrgSettings;
}

/** Reasons of the card's source that call for a person. */
const calling: readonly ReasonCode[] = ['stream_irregular', 'card_from_file'];

/** How long the screen waits for the record before it shows *provisional*. */
const officialAnswerMs = 8_000;

/** Seals, stores the result with the bundles, then asks the record. What is shown as saved survives a power cut. */
export async function settle(
  ports: OnboardingPorts,
  session: OnboardingSession,
  draft: Draft,
  findings: Findings,
): Promise<Result<OnboardingView>> {
  const sealing = await ports
    .atomically(() => sealBundles(ports, draft, findings))
    .catch((error: unknown) => {
      if (error instanceof SealRefused) return error.result;
      throw error;
    });
  if (!sealing.ok) return sealing;
  const sealed = sealing.value;
  await session.save(sealed);
  await ports.sources.release(sealed.usedPictures ?? []);
  const states = await ports.awaitAnswers(
    sealed.orgId,
    sealed.sealed.map((bundle) => bundle.nonce),
    officialAnswerMs,
  );
  const settled = withAnswers(sealed, states);
  if (settled !== sealed) await session.save(settled);
  return session.answer(settled);
}

/** Thrown inside the transaction so that it is undone; the failure itself is a value again outside. */
class SealRefused extends Error {
  readonly result: Result<never>;
  constructor(result: Result<never>) {
    super('sealing was refused');
    this.result = result;
  }
}

async function sealBundles(ports: OnboardingPorts, draft: Draft, findings: Findings): Promise<Result<Draft>> {
  const setting = { appVersion: ports.appVersion, settings: findings.settings };
  const common = { orgId: draft.orgId, operatorId: draft.operatorId, customerId: draft.customerId };
  const sealed = [...draft.sealed];
  const { card, confirmed } = draft;
  if (!draft.machine.cardSealed && card !== null && findings.card !== null) {
    const manifest = buildCardManifest(draft, card, confirmed, findings.card, setting);
    sealed.push(await sealOne(ports, { ...common, kind: 'ktp', manifest, frames: card.frames }));
  }
  const { evidence } = findings;
  if (evidence !== null) {
    const manifest = buildFaceManifest(draft, evidence.capture, setting);
    const { frames } = evidence.capture;
    sealed.push(
      await sealOne(
        ports,
        draft.stepUp === undefined
          ? { ...common, kind: 'face', manifest, frames }
          : { ...common, kind: 'step_up', ...draft.stepUp, manifest, frames },
      ),
    );
  }
  const finding = evidence?.finding ?? null;
  const settled: Draft = {
    ...draft,
    sealed,
    deskReasons: deskReasons(draft, finding, findings.card),
    doubtful: finding?.virtual === true || hasDoubt(draft, findings.card),
  };
  const result = provisionalResult(ports, settled, findings);
  const moved = advance(draft.machine, {
    type: 'decided',
    outcome: result.outcome,
    cardSealed: sealed.some((bundle) => bundle.kind === 'ktp'),
  });
  if (!moved.ok) throw new Error('the machine was not deciding');
  const next: Draft = { ...settled, machine: moved.value, result };
  await ports.noteOutcomes?.(next, toldOutcomes(sealed.slice(draft.sealed.length), result));
  await ports.noteVisit?.(next);
  await ports.drafts.save(next);
  return { ok: true, value: next };
}

/** The gates of the card belong to its bundle, those of the face to the selfie's. */
function toldOutcomes(bundles: readonly SealedBundle[], { gates }: OnboardingResult): readonly ToldOutcome[] {
  return bundles.map(({ nonce, kind }) => {
    const own = gates.filter(({ gate }) => (gate === 'ktp') === (kind === 'ktp'));
    return { nonce, outcome: toOutcome(own, false) };
  });
}

async function sealOne(ports: OnboardingPorts, request: SealRequest): Promise<SealedBundle> {
  const result = await ports.seal(request);
  if (!result.ok) throw new SealRefused(result);
  return { nonce: result.value.nonce, kind: request.kind, hash: result.value.bundleHash };
}

function provisionalResult(ports: OnboardingPorts, draft: Draft, findings: Findings): OnboardingResult {
  const judgements: Judgements = {
    ktp: findings.card?.judgement ?? null,
    liveness: findings.face?.judgement ?? null,
    match: findings.match,
  };
  return toResult({
    judgements,
    bundles: draft.sealed.map(({ nonce, kind }) => ({ nonce, kind, state: 'pending', delivery: null })),
    provisionalTier: provisionalTier(ports, draft, judgements, findings.card),
    deskReasons: draft.deskReasons,
    faceOnly: draft.machine.faceOnly,
    doubtful: draft.doubtful,
  });
}

/** What the desk itself adds to the record's reasons. */
function deskReasons(draft: Draft, finding: CameraFinding | null, card: CardEvaluation | null): readonly Reason[] {
  const exception: readonly Reason[] = draft.machine.exception ? [{ code: 'exception_path', gate: 'liveness' }] : [];
  return distinctReasons([
    ...(draft.card?.cameraReasons ?? []),
    ...(finding?.reasons ?? []),
    ...scanDoubts(draft, card),
    ...correctionReasons(draft.confirmed?.corrections ?? []),
    ...(draft.machine.unsigned ? [{ code: 'signature_missing' as const, gate: 'ktp' }] : []),
    ...exception,
  ]);
}

/** Where a scanner said something else than the card. */
function scanDoubts(draft: Draft, card: CardEvaluation | null): readonly Reason[] {
  return card === null ? [] : scanReasons(compareScan(draft.card?.scan, card.fields));
}

/** Typed by hand, a critical correction or a virtual camera: a person looks, however good the numbers are. */
function hasDoubt(draft: Draft, card: CardEvaluation | null): boolean {
  return (
    draft.machine.typedByHand ||
    draft.machine.exception ||
    draft.machine.unsigned ||
    (draft.card?.cameraReasons.some((reason) => calling.includes(reason.code)) ?? false) ||
    scanDoubts(draft, card).length > 0 ||
    correctionReasons(draft.confirmed?.corrections ?? []).length > 0
  );
}

/** The tier as the rules would derive it if the record agreed; shown as provisional only. */
function provisionalTier(
  ports: OnboardingPorts,
  draft: Draft,
  { ktp, liveness, match }: Judgements,
  card: CardEvaluation | null,
): KycTier {
  const createdAt = ports.clock().toISOString();
  const entry = (
    method: VerificationMethod,
    verified: boolean,
    failed: boolean,
  ): { method: VerificationMethod; status: VerificationStatus; createdAt: string } => ({
    method,
    status: verified ? 'verified' : failed ? 'failed' : 'pending',
    createdAt,
  });
  const doubt = hasDoubt(draft, card);
  if (draft.machine.faceOnly && draft.stepUp !== undefined) return draft.existing?.kycLevel ?? 'none';
  const derived = ports.deriveTier([
    ...(draft.machine.faceOnly ? [entry('nik_format', true, false), entry('ktp_capture', true, false)] : []),
    ...(draft.confirmed?.fields.nik === undefined ? [] : [entry('nik_format', true, false)]),
    entry('ktp_capture', ktp?.verdict === 'passed' && !doubt, ktp?.verdict === 'failed'),
    entry('face_liveness', liveness?.fused === 'live', liveness?.fused === 'spoof'),
    entry('face_match', match?.verdict === 'match', match?.verdict === 'no_match'),
  ]);
  return draft.existing !== null && tierRank(draft.existing.kycLevel) > tierRank(derived)
    ? draft.existing.kycLevel
    : derived;
}

function tierRank(tier: KycTier): number {
  return ['none', 'basic', 'standard', 'premium'].indexOf(tier);
}

/** The result with what the record has said by now; the same draft when it said nothing new. */
function withAnswers(draft: Draft, states: readonly BundleState[]): Draft {
  const { result } = draft;
  if (result === null) return draft;
  const bundles = draft.sealed.map(({ nonce, kind }) => {
    const state = states.find((candidate) => candidate.nonce === nonce);
    return { nonce, kind, state: state?.state ?? ('pending' as const), delivery: state?.delivery ?? null };
  });
  if (bundles.every((bundle) => bundle.delivery === null && bundle.state !== 'refused')) return draft;
  const fresh = toResult({
    judgements: result,
    bundles,
    provisionalTier: result.tier,
    deskReasons: draft.deskReasons,
    faceOnly: draft.machine.faceOnly,
    doubtful: draft.doubtful,
  });
  if (JSON.stringify(fresh) === JSON.stringify(result)) return draft;
  return { ...draft, machine: { ...draft.machine, outcome: fresh.outcome }, result: fresh };
}

/** Looks whether a provisional result has become official since; keeps and returns the newer draft. */
export async function refreshResult(ports: OnboardingPorts, session: OnboardingSession, draft: Draft): Promise<Draft> {
  if (draft.result === null || !draft.result.provisional || draft.sealed.length === 0) return draft;
  const fresh = withAnswers(
    draft,
    await ports.bundleStates(
      draft.orgId,
      draft.sealed.map((bundle) => bundle.nonce),
    ),
  );
  if (fresh !== draft) await session.save(fresh);
  return fresh;
}
