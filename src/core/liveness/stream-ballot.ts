/**
 * Stream consistency (`deepfake_detector` is its documented name): does the stream behave like a camera's? Frame times,
 * sensor noise, repeats, the picture's reaction to the challenge, and what the camera says of itself. It says nothing about
 * how a picture was made, and was never validated on recordings of branch cameras and injected files: weight 0.
 */
import type { CameraIdentity } from '../../contract/bundle.ts';
import type { FaceFacts, StreamFacts } from '../../contract/facts.ts';
import type { ReasonCode } from '../../contract/reasons.ts';
import type { FaceFindingName } from '../../contract/verdicts.ts';
import { isVirtualCamera } from '../camera/virtual-camera.ts';
import { finding, type Finding } from '../fusion/finding.ts';
import { absentBallot, castBallot, type Ballot } from '../fusion/fuse.ts';

/** Limits of the single findings. Set on simulated cameras and files (`npm run accuracy:face`). */
export const streamLimits = {
  /** Standard deviation of the frame interval over its mean. */
  intervalJitter: 0.75,
  /** Mean high-pass difference between frames, 0–255: a sensor has noise, a still file has none. */
  noiseResidual: 0.05,
  /** Share of the picture's change that goes with the challenge: a fed stream does not react. */
  exposureReaction: 0.3,
  /** Frames cannot arrive faster than the camera says it makes them; rounding and bursts forgiven. */
  rateOverClaim: 1.5,
} as const;

type StreamFinding = Finding<FaceFindingName>;

/** Every finding with its number. `camera`: what the client said of its camera, under its signature. */
export function streamFindings(facts: FaceFacts, camera: CameraIdentity | null): readonly StreamFinding[] {
  const stream = facts.stream.available ? facts.stream.value : null;
  return [...(stream === null ? [] : measured(stream)), ...(camera === null ? [] : claimed(facts, stream, camera))];
}

function look(
  direction: 'at_least' | 'at_most',
  name: FaceFindingName,
  value: number | null | undefined,
  threshold: number,
  failReason: ReasonCode = 'stream_irregular',
): StreamFinding {
  return finding({ name, value, threshold, direction, failReason });
}

function measured(stream: StreamFacts): StreamFinding[] {
  return [
    look('at_most', 'interval_jitter', stream.intervalJitter, streamLimits.intervalJitter),
    look('at_least', 'noise_residual', stream.noiseResidual, streamLimits.noiseResidual),
    look('at_most', 'repeated_frames', stream.duplicateFrames, 0, 'frames_duplicated'),
    look('at_most', 'time_order', stream.outOfOrder ? 1 : 0, 0, 'frames_out_of_order'),
    look('at_least', 'exposure_reaction', stream.exposureReaction, streamLimits.exposureReaction),
  ];
}

/** A label can be forged and a capability invented: what fits proves nothing, what does not fit is worth a look. */
function claimed(facts: FaceFacts, stream: StreamFacts | null, camera: CameraIdentity): StreamFinding[] {
  const sizes = facts.frames.filter((frame) => frame.problem === undefined);
  const differing = sizes.filter(({ width, height }) => !fits(width, height, camera)).length;
  const interval = stream?.meanIntervalMs;
  const rate = interval === undefined || !(interval > 0) || !(camera.frameRate > 0) ? null : 1000 / interval;
  return [
    look('at_most', 'camera_label', isVirtualCamera(camera.label) ? 1 : 0, 0),
    look('at_most', 'frame_size', sizes.length === 0 || !(camera.width > 0) ? null : differing / sizes.length, 0),
    look('at_most', 'frame_rate', rate, camera.frameRate * streamLimits.rateOverClaim),
  ];
}

/** Same shape, upright or on its side, and not larger than the camera says (clients may shrink, not invent pixels). */
function fits(width: number, height: number, camera: CameraIdentity): boolean {
  const [long, short] = [Math.max(width, height), Math.min(width, height)];
  const [claimedLong, claimedShort] = [Math.max(camera.width, camera.height), Math.min(camera.width, camera.height)];
  return long <= claimedLong && Math.abs(long / short - claimedLong / claimedShort) < 0.02;
}

/** The voter: value = share of the findings with data that are within limits, and all of them must be. */
export function castStreamBallot(facts: FaceFacts, camera: CameraIdentity | null): Ballot<'deepfake_detector'> {
  if (!facts.stream.available) return absentBallot('deepfake_detector', 0, facts.stream.reason);
  const findings = streamFindings(facts, camera);
  const taken = findings.filter(({ passed }) => passed !== null);
  const ballot = castBallot({
    name: 'deepfake_detector',
    value: taken.filter(({ passed }) => passed === true).length / taken.length,
    threshold: 1,
    direction: 'at_least',
    weight: 0,
    failReason: 'stream_irregular',
  });
  return { ...ballot, findings };
}
