/** The card: captured, read, typed where reading failed, and confirmed by customer and operator. */
import type { OnboardingView } from '../../contract/desk/answers.ts';
import type { DeskParams } from '../../contract/desk/calls.ts';
import type { Reason, ReasonCode } from '../../contract/reasons.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import type { OrgSettings } from '../../contract/settings.ts';
import type { KtpFieldValues } from '../../contract/vocabulary.ts';
import { advance, type OnboardingEvent } from '../../core/onboarding/machine.ts';
import { framesProblem } from '../../services/capture/frames-problem.ts';
import { judgeCamera } from '../camera/camera-policy.ts';
import { toCardScan } from './card-scan.ts';
import { blockingReasons, mergeFields } from './confirm-fields.ts';
import { distinctReasons } from './decide.ts';
import { consumeChallenge, findChallenge } from './desk-challenge.ts';
import type { Draft, DraftCard } from './draft.ts';
import type { OnboardingSession } from './onboarding-session.ts';
import type { CardEvaluation, OnboardingPorts } from './ports.ts';

/** Nobody can read at the moment: another photo would not help, the work goes on by hand. */
const readerAway: readonly ReasonCode[] = ['vision_unavailable', 'model_missing', 'model_refused', 'ocr_unavailable'];

/** Absent for a camera. */
export interface CardOrigin {
  readonly source: 'scanner_folder' | 'file';
  readonly sha256: string;
}

export async function submitCard(
  ports: OnboardingPorts,
  session: OnboardingSession,
  draft: Draft,
  params: DeskParams<'onboarding.submitCard'>,
  origin: CardOrigin | null = null,
): Promise<Result<OnboardingView>> {
  const finding = judgeCamera(params.camera, ports.simulation, 'ktp');
  const settings = await ports.settings(draft.orgId);
  const admitted = admitSimulation(finding.simulated, settings);
  if (!admitted.ok) return admitted;
  const timed = checkTimes(params.frames, params.frameTimesMs);
  if (!timed.ok) return timed;
  const challenged = params.nonce === undefined ? ok(null) : findChallenge(draft, params.nonce, 'ktp', ports.clock());
  if (!challenged.ok) return challenged;

  const reading = ports.sources.takeReading(draft.createdAt);
  // A live organisation does not listen to a simulated scanner.
  const heard = reading !== null && !(reading.simulated && settings.environment === 'live') ? reading : null;
  const scan = heard === null ? draft.card?.scan : toCardScan(heard);
  const card: DraftCard = {
    frames: params.frames,
    frameTimesMs: params.frameTimesMs ?? null,
    nonce: params.nonce ?? null,
    camera: params.camera,
    simulated: finding.simulated,
    cameraReasons: [
      ...finding.reasons,
      ...(origin?.source === 'file' ? [{ code: 'card_from_file' as const, gate: 'ktp' }] : []),
    ],
    capturedAt: ports.clock().toISOString(),
    ...(origin === null ? {} : { source: origin.source }),
    ...(scan === undefined ? {} : { scan }),
  };
  const consumed = params.nonce === undefined ? draft : consumeChallenge(draft, params.nonce);
  const tried: Draft = { ...consumed, card, confirmed: null, ...usedPictures(draft, origin) };
  session.forgetEvaluation(draft.id);
  const evaluation = await session.evaluation(tried);
  if (evaluation === null) throw new Error('a card was just set');
  const broken = framesProblem(evaluation.facts.frames);
  if (broken !== null) {
    // Nothing worth keeping arrived; the challenge is spent all the same.
    await session.save(consumed);
    return fail('image_unusable', 'None of the pictures can be used.', { reason: broken });
  }
  const moved = advance(draft.machine, afterReading(evaluation));
  if (!moved.ok) return moved;
  const next: Draft = { ...tried, machine: moved.value };
  await session.save(next);
  return session.answer(next);
}

function usedPictures(draft: Draft, origin: CardOrigin | null): Pick<Draft, 'usedPictures'> {
  if (origin?.source !== 'scanner_folder') return {};
  return { usedPictures: [...new Set([...(draft.usedPictures ?? []), origin.sha256])] };
}

/** A live organisation takes no simulated capture, whoever says it is one (api-decisions 23). */
export function admitSimulation(simulated: boolean, settings: OrgSettings): Result<true> {
  if (simulated && settings.environment === 'live')
    return fail('simulated_refused', 'A live organisation does not accept simulated captures.');
  return ok(true);
}

export function checkTimes(frames: readonly unknown[], times: readonly number[] | undefined): Result<true> {
  if (times !== undefined && times.length > 0 && times.length !== frames.length)
    return fail('validation_failed', 'Each picture needs its time.', { fields: ['/frameTimesMs'] });
  return ok(true);
}

function afterReading(evaluation: CardEvaluation): OnboardingEvent {
  const { reading, outline } = evaluation.facts;
  if (reading.available && Object.values(evaluation.fields).some((field) => field.value !== null))
    return { type: 'card_captured', quality: 'good' };
  const cause: ReasonCode = !reading.available ? reading.reason : !outline.available ? outline.reason : 'card_not_ktp';
  const advice = distinctReasons([
    { code: cause, gate: 'ktp' },
    ...evaluation.judgement.reasons.filter((reason) => reason.gate === 'ktp'),
  ]);
  return { type: 'card_captured', quality: readerAway.includes(cause) ? 'away' : 'poor', advice: advice.slice(0, 3) };
}

/** The operator types from the card; the photos that were taken stay as evidence. */
export async function typeCard(session: OnboardingSession, draft: Draft): Promise<Result<OnboardingView>> {
  const moved = advance(draft.machine, { type: 'card_typed' });
  if (!moved.ok) return moved;
  const next: Draft = { ...draft, machine: moved.value };
  await session.save(next);
  return session.answer(next);
}

export async function confirmFields(
  ports: OnboardingPorts,
  session: OnboardingSession,
  draft: Draft,
  given: KtpFieldValues,
): Promise<Result<OnboardingView>> {
  const evaluation = await session.evaluation({ ...draft, confirmed: null });
  const confirmed = mergeFields(evaluation?.fields ?? null, given, draft.operatorId, ports.clock().toISOString());
  const { nik } = confirmed.fields;
  const blocking = blockingReasons(confirmed.fields, nik === undefined ? null : ports.decodeNik(nik));
  if (blocking.length > 0) {
    const moved = advance(draft.machine, { type: 'fields_confirmed', acceptable: false, advice: blocking });
    if (!moved.ok) return moved;
    const waiting: Draft = { ...draft, confirmed, machine: moved.value };
    await session.save(waiting);
    return session.answer(waiting);
  }
  // The card decides who this is, not the number that was typed at the look-up.
  const known = nik === undefined ? null : await ports.findByNik(draft.orgId, nik);
  const customerId = known?.id ?? (draft.customerId === draft.existing?.id ? ports.newId('cus') : draft.customerId);
  const advice: readonly Reason[] =
    known === null || known.id === draft.existing?.id ? [] : [{ code: 'duplicate_customer', gate: 'nik' }];
  const moved = advance(draft.machine, { type: 'fields_confirmed', acceptable: true, advice });
  if (!moved.ok) return moved;
  const next: Draft = { ...draft, machine: moved.value, confirmed, existing: known, customerId };
  await session.save(next);
  return session.answer(next);
}
