/** The selfie and the decision: faces judged, both bundles sealed with the draft in one transaction, the record asked. */
import type { CameraIdentity, DeskChallenge } from '../../contract/bundle.ts';
import type { OnboardingView } from '../../contract/desk/answers.ts';
import type { FaceTemplate, PromptWindow } from '../../contract/facts.ts';
import type { Reason, ReasonCode } from '../../contract/reasons.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import type { OrgSettings } from '../../contract/settings.ts';
import type { MatchJudgement } from '../../contract/verdicts.ts';
import { deskAttests } from '../../core/camera/pinned-camera.ts';
import { advance, type OnboardingEvent } from '../../core/onboarding/machine.ts';
import { framesProblem } from '../../services/capture/frames-problem.ts';
import { judgeCamera, type CameraFinding } from '../camera/camera-policy.ts';
import { admitSimulation, checkTimes } from './card-step.ts';
import { distinctReasons } from './decide.ts';
import { consumeChallenge, findChallenge } from './desk-challenge.ts';
import type { Draft, IssuedChallenge } from './draft.ts';
import { flashOf, type OnboardingSession } from './onboarding-session.ts';
import type { CardEvaluation, FaceEvaluation, OnboardingPorts } from './ports.ts';
import { settle, type SelfieEvidence } from './settle.ts';

export interface SelfieSubmission {
  readonly frames: readonly Uint8Array[];
  readonly frameTimesMs: readonly number[];
  /** Null for stills (headless): without a challenge nothing can be `live`. */
  readonly nonce: string | null;
  readonly prompts: readonly PromptWindow[];
  readonly camera: CameraIdentity;
  /** Decide on whatever came, instead of asking for another try. */
  readonly final?: boolean;
}

/** What another try can mend at once; everything else is evidence and goes to the decision. */
const worthAnotherTry: readonly ReasonCode[] = [
  'face_not_found',
  'face_several',
  'face_too_small',
  'face_turned',
  'image_blurred',
  'image_dark',
  'image_bright',
  'flash_too_bright',
  'too_few_frames',
];

export async function submitSelfie(
  ports: OnboardingPorts,
  session: OnboardingSession,
  draft: Draft,
  params: SelfieSubmission,
): Promise<Result<OnboardingView>> {
  const settings = await ports.settings(draft.orgId);
  const finding = judgeCamera(params.camera, ports.simulation, 'liveness');
  const admitted = admitSimulation(finding.simulated, settings);
  if (!admitted.ok) return admitted;
  const timed = checkTimes(params.frames, params.frameTimesMs);
  if (!timed.ok) return timed;
  const challenged: Result<IssuedChallenge | null> =
    params.nonce === null ? ok(null) : findChallenge(draft, params.nonce, 'face', ports.clock());
  if (!challenged.ok) return challenged;

  // A simulated capture, or stills without a challenge, set no desk to a camera.
  const own =
    finding.simulated || params.nonce === null
      ? undefined
      : await ports.ownCamera?.({ id: draft.operatorId, orgId: draft.orgId }, params.camera);
  const taken = { ...params, camera: own ?? params.camera };
  const capturedAt = ports.clock().toISOString();
  const tried = params.nonce === null ? draft : consumeChallenge(draft, params.nonce);
  const prompts = askedPrompts(params.prompts, challenged.value);
  const face = await evaluateFace(ports, tried, taken, prompts, finding, settings);
  const moved = advance(draft.machine, afterLooking(face, params.final === true));
  if (!moved.ok) return moved;
  const next: Draft = { ...tried, machine: moved.value };
  if (moved.value.step !== 'deciding') {
    await session.save(next);
    const broken = framesProblem(face.facts.frames);
    return broken === null
      ? session.answer(next)
      : fail('image_unusable', 'None of the pictures can be used.', { reason: broken });
  }
  const card = await session.evaluation(next);
  const match = await judge(ports, next, card, face, settings);
  const evidence: SelfieEvidence = {
    capture: toCapture(taken, prompts, finding, challenged.value?.challenge ?? null, capturedAt, face),
    finding,
  };
  return settle(ports, session, next, { card, face, match, evidence, settings });
}

/** Poor, where another try can mend it; everything else is evidence and goes to the decision. */
function afterLooking(face: FaceEvaluation, final: boolean): OnboardingEvent {
  const broken = framesProblem(face.facts.frames);
  if (broken !== null)
    return { type: 'selfie_captured', quality: 'unusable', advice: [{ code: broken, gate: 'liveness' }] };
  const advice = adviceFor(face);
  return { type: 'selfie_captured', quality: advice.length === 0 ? 'good' : 'poor', final, advice };
}

/** Windows of prompts nobody asked for prove nothing and are dropped. */
function askedPrompts(windows: readonly PromptWindow[], issued: IssuedChallenge | null): readonly PromptWindow[] {
  // Members in canonical order: the record reads them back from canonical JSON, and equal requests share their facts.
  return windows
    .filter((window) => window.toMs > window.fromMs && (issued?.prompts.includes(window.kind) ?? false))
    .map(({ fromMs, kind, toMs }) => ({ fromMs, kind, toMs }));
}

function evaluateFace(
  ports: OnboardingPorts,
  draft: Draft,
  params: SelfieSubmission,
  prompts: readonly PromptWindow[],
  finding: CameraFinding,
  settings: OrgSettings,
): Promise<FaceEvaluation> {
  return ports.evaluateFace({
    frames: params.frames,
    ...(params.frameTimesMs.length === 0 ? {} : { frameTimesMs: params.frameTimesMs }),
    ...flashOf(draft, params.nonce),
    prompts,
    attested: deskAttests({ camera: params.camera, simulated: finding.simulated }),
    simulated: finding.simulated,
    settings,
  });
}

/** Nobody can look at faces at the moment: another selfie would not help. */
const viewerAway: readonly ReasonCode[] = ['vision_unavailable', 'model_missing', 'model_refused'];

function adviceFor({ facts, judgement }: FaceEvaluation): readonly Reason[] {
  if (!facts.template.available && viewerAway.includes(facts.template.reason)) return [];
  const reasons: Reason[] = facts.template.available ? [] : [{ code: facts.template.reason, gate: 'liveness' }];
  return distinctReasons([...reasons, ...judgement.reasons])
    .filter((reason) => worthAnotherTry.includes(reason.code))
    .slice(0, 2);
}

/** Against the reference on record, else against the card in hand; neither = unclear. */
async function judge(
  ports: OnboardingPorts,
  draft: Draft,
  card: CardEvaluation | null,
  face: FaceEvaluation,
  settings: OrgSettings,
): Promise<MatchJudgement> {
  const enrolled = draft.existing === null ? null : await ports.enrolledTemplate(draft.orgId, draft.existing.id);
  const portrait = portraitTemplate(card);
  return portrait === null
    ? ports.judgeMatch(face.facts.template, enrolled, settings, undefined, draft.stepUp?.riskLevel)
    : ports.judgeMatch(face.facts.template, portrait, settings, 'ktp_extract');
}

function portraitTemplate(card: CardEvaluation | null): FaceTemplate | null {
  const portrait = card?.facts.portrait;
  return portrait?.available === true && portrait.value.template.available ? portrait.value.template.value : null;
}

function toCapture(
  params: SelfieSubmission,
  prompts: readonly PromptWindow[],
  finding: CameraFinding,
  challenge: DeskChallenge | null,
  capturedAt: string,
  face: FaceEvaluation,
): SelfieEvidence['capture'] {
  return {
    frames: params.frames,
    frameTimesMs: params.frameTimesMs.length === 0 ? null : params.frameTimesMs,
    prompts,
    camera: params.camera,
    simulated: finding.simulated,
    challenge,
    capturedAt,
    models: face.facts.models,
  };
}
