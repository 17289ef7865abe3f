/**
 * Is this a living person in front of the camera? Six documented voters, one policy (api-decisions 11), and a few
 * conditions that no voter can outvote: one face, the same throughout, enough frames, in order, not repeated.
 */
import type { CameraIdentity } from '../../contract/bundle.ts';
import type { FaceFacts, FaceFrameFacts, PromptWindow } from '../../contract/facts.ts';
import type { Reason, ReasonCode } from '../../contract/reasons.ts';
import type { OrgSettings } from '../../contract/settings.ts';
import type { LivenessJudgement } from '../../contract/verdicts.ts';
import { castFlashBallot } from '../flash/flash-ballot.ts';
import { finding, type Finding } from '../fusion/finding.ts';
import {
  absentBallot,
  assuranceOf,
  ballotReasons,
  castBallot,
  fuse,
  livenessVerdictOf,
  type Ballot,
} from '../fusion/fuse.ts';
import { frameAgreement } from '../match/judge-match.ts';
import { assessFace, qualityReasons } from '../quality/face-quality.ts';
import { medianLook } from '../quality/look.ts';
import { prominentFaces } from '../quality/one-face.ts';
import { castChallengeBallot } from './challenge-response.ts';
import { median } from './median.ts';
import { castStreamBallot } from './stream-ballot.ts';

export interface LivenessInput {
  readonly facts: FaceFacts;
  readonly prompts: readonly PromptWindow[];
  /** The bundle carries a valid signature of a registered desk or device. */
  readonly attested: boolean;
  /** The camera was simulated. Only a sandbox may call that live. */
  readonly simulated: boolean;
  readonly settings: OrgSettings;
  /** What the client says of its camera, where it does. */
  readonly camera?: CameraIdentity;
  /** The client's platform, as signed. A web page has no device key: nobody can attest it. */
  readonly platform?: string;
}

/** Flash, challenge and passive liveness: what a web page can show, all of it asked for. */
const webVoters = 3;

/**
 * How many voters must pass. Device attestation counts "if present" (product page); where it cannot exist, the policy
 * of that channel holds instead. A desk, and a native app that could have registered its device, get the full number.
 */
function votersNeeded({ attested, platform, settings }: LivenessInput): number {
  const { votersRequired, votersRequiredWeb = webVoters } = settings.liveness;
  return platform === 'web' && !attested ? Math.min(votersRequired, votersRequiredWeb) : votersRequired;
}

/** Limits that are not policy of an organisation. Evidence stands beside each. */
export const livenessLimits = {
  /** Stills prove nothing: fewer frames with a face than this are never live. */
  fewestFrames: 3,
  /** Passive median at or below this is strong evidence: prints and phone replays of the evaluation clip scored below. */
  strongPassive: 0.3,
  /** Frames turned further are left out of the passive median: the networks were trained below 30°. */
  passiveYaw: 30,
  /** Cosine of the farthest used frame to the fused template; two mixed persons fall to about 0.6 and below. */
  sameFace: 0.7,
  /** Cosine of the two least similar frames. */
  framePair: frameAgreement,
  /** Cosine of the frame that looks least like the template's own to the template: between those of one person and of two. */
  oddFrame: 0.45,
} as const;

const mandatory = ['flash_reflectance', 'passive_liveness'];

/**
 * Judges a selfie capture. `live` needs `settings.liveness.votersRequired` (web: `votersRequiredWeb`) passing voters of weight > 0, both mandatory
 * ones among them, and every condition met. `spoof` when a mandatory voter fails with strong evidence. Else `unclear`.
 */
export function judgeLiveness(input: LivenessInput): LivenessJudgement {
  const { facts, prompts, attested, simulated, settings, camera } = input;
  const ballots: readonly Ballot[] = [
    castFlashBallot(facts.flash, { depth: true }),
    castChallengeBallot(facts.frames, prompts),
    castPassiveBallot(facts.frames, settings.thresholds.passiveLiveness),
    castStreamBallot(facts, camera ?? null),
    castPulseBallot(facts),
    castAttestationBallot(attested),
  ];
  const fusion = fuse(ballots, { required: votersNeeded(input), mandatory });
  const conditions = conditionsOf(facts, simulated && settings.environment !== 'sandbox');
  const outcome = fusion.outcome === 'pass' && conditions.length > 0 ? 'unclear' : fusion.outcome;
  const fused = livenessVerdictOf(outcome);
  const note: Reason[] = simulated ? [{ code: 'simulated_capture', gate: 'liveness' }] : [];
  const headline: Reason[] =
    fused === 'live' ? [] : [{ code: fused === 'spoof' ? 'liveness_spoof' : 'liveness_unclear', gate: 'liveness' }];
  return {
    fused,
    assuranceTier: assuranceOf(fusion, fused === 'live'),
    voters: fusion.voters,
    passed: fusion.passed,
    present: fusion.present,
    score: fusion.score,
    reasons: fused === 'live' ? note : [...headline, ...conditions, ...ballotReasons(ballots), ...note],
  };
}

/** Median over near-frontal frames of the mean of all passive models, 0–1. */
function castPassiveBallot(frames: readonly FaceFrameFacts[], threshold: number): Ballot<'passive_liveness'> {
  const scored = frames
    .filter((frame) => frame.pose === null || Math.abs(frame.pose.yaw) <= livenessLimits.passiveYaw)
    .flatMap(({ passive }) => (passive === null || Object.keys(passive).length === 0 ? [] : [passive]));
  const scores = scored.map((passive) => {
    const models = Object.values(passive);
    return models.reduce((sum, score) => sum + score, 0) / models.length;
  });
  // One number that is none must not hide behind the median of the others.
  const usable = scores.every((score) => score >= 0 && score <= 1);
  if (scores.length < livenessLimits.fewestFrames || !usable) {
    return absentBallot('passive_liveness', 1, scores.length === 0 ? 'not_measured' : 'too_few_frames');
  }
  const ballot = castBallot({
    name: 'passive_liveness',
    value: median(scores),
    threshold,
    direction: 'at_least',
    weight: 1,
    failReason: 'passive_low',
    strongAt: livenessLimits.strongPassive,
  });
  return { ...ballot, findings: networkFindings(scored, threshold) };
}

/** The median of each network by itself, under its model id. */
function networkFindings(scored: readonly Readonly<Record<string, number>>[], threshold: number): Finding[] {
  return [...new Set(scored.flatMap((passive) => Object.keys(passive)))].map((name) =>
    finding({
      name,
      value: median(scored.flatMap((passive) => passive[name] ?? [])),
      threshold,
      direction: 'at_least',
      failReason: 'passive_low',
    }),
  );
}

/** Pulse. Not validated: shown when measured, never counted. */
function castPulseBallot({ rppg }: FaceFacts): Ballot<'rppg'> {
  if (!rppg.available) return absentBallot('rppg', 0, rppg.reason);
  return castBallot({
    name: 'rppg',
    value: rppg.value.signalToNoise,
    threshold: 1,
    direction: 'at_least',
    weight: 0,
    failReason: 'out_of_limits',
  });
}

function castAttestationBallot(attested: boolean): Ballot<'device_attestation'> {
  if (!attested) return absentBallot('device_attestation', 1, 'attestation_missing');
  return { name: 'device_attestation', passed: true, value: 1, threshold: 1, weight: 1, reason: 'within_limits' };
}

/** What no number of voters can outweigh. */
function conditionsOf(facts: FaceFacts, simulationRefused: boolean): Reason[] {
  const reasons: Reason[] = [];
  const add = (code: ReasonCode, value?: number, threshold?: number) =>
    reasons.push({
      code,
      gate: 'liveness',
      ...(value !== undefined && Number.isFinite(value) ? { value } : {}),
      ...(threshold === undefined ? {} : { threshold }),
    });
  const withFace = facts.frames.filter((frame) => frame.faces.length > 0);
  if (withFace.length === 0) add('face_not_found');
  else if (withFace.length < livenessLimits.fewestFrames)
    add('too_few_frames', withFace.length, livenessLimits.fewestFrames);
  if (withFace.filter(hasSecondFace).length * 2 > withFace.length) add('face_several');
  else addQuality(withFace, reasons);
  if (!facts.template.available && withFace.length > 0) add(facts.template.reason);
  addSameFace(facts, add);
  if (new Set(facts.frames.map((frame) => frame.sha256)).size < facts.frames.length) add('frames_duplicated');
  else if (facts.stream.available && !(facts.stream.value.duplicateFrames === 0))
    add('frames_duplicated', facts.stream.value.duplicateFrames);
  if (isOutOfOrder(facts)) add('frames_out_of_order');
  if (simulationRefused) add('simulated_capture');
  return reasons;
}

function addSameFace(facts: FaceFacts, add: (code: ReasonCode, value?: number, threshold?: number) => void): void {
  const { sameFace, template } = facts;
  if (!sameFace.available) {
    if (template.available) add(sameFace.reason);
    return;
  }
  const measured = (name: string) => facts.measurements.find((one) => one.name === name)?.value;
  const pair = measured('lowest_frame_similarity');
  const odd = measured('odd_frame_similarity');
  if (!(sameFace.value >= livenessLimits.sameFace)) add('face_changed', sameFace.value, livenessLimits.sameFace);
  else if (pair !== undefined && !(pair >= livenessLimits.framePair))
    add('face_changed', pair, livenessLimits.framePair);
  else if (odd !== undefined && !(odd >= livenessLimits.oddFrame)) add('face_changed', odd, livenessLimits.oddFrame);
}

/** The medians of a capture: a turn asked for or a blink is a minority of its frames. */
function addQuality(withFace: readonly FaceFrameFacts[], reasons: Reason[]): void {
  const look = medianLook(withFace);
  if (look !== null) reasons.push(...qualityReasons(assessFace(look, 'floor'), 'quality'));
}

function hasSecondFace({ faces }: FaceFrameFacts): boolean {
  return prominentFaces(faces).length > 1;
}

function isOutOfOrder({ frames, stream }: FaceFacts): boolean {
  if (stream.available && stream.value.outOfOrder) return true;
  const times = frames.map((frame) => frame.tMs).filter((time) => time !== undefined);
  return times.some((time, index) => index > 0 && !(time > times[index - 1]!));
}
