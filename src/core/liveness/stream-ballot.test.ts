import { describe, expect, it } from 'vitest';
import type { CameraIdentity } from '../../contract/bundle.ts';
import { known, unknownFact, type FaceFacts, type FaceFrameFacts, type StreamFacts } from '../../contract/facts.ts';
import { castStreamBallot, streamFindings } from './stream-ballot.ts';

const regular: StreamFacts = {
  intervalJitter: 0.1,
  noiseResidual: 1,
  duplicateFrames: 0,
  outOfOrder: false,
  meanIntervalMs: 66,
  exposureReaction: 0.9,
};
const camera: CameraIdentity = {
  label: 'Logitech BRIO',
  fingerprint: 'f',
  width: 1280,
  height: 720,
  frameRate: 30,
  pinned: true,
  simulated: false,
};
const factsWith = (stream: Partial<StreamFacts>, size = { width: 1280, height: 720 }): FaceFacts =>
  ({
    stream: known({ ...regular, ...stream }),
    frames: [size as FaceFrameFacts, size as FaceFrameFacts],
  }) as unknown as FaceFacts;
const failing = (facts: FaceFacts, of: CameraIdentity | null = camera) =>
  streamFindings(facts, of)
    .filter(({ passed }) => passed === false)
    .map(({ name }) => name);

describe('the stream voter', () => {
  it('finds nothing in an ordinary stream of the camera that was named', () => {
    expect(failing(factsWith({}))).toEqual([]);
    expect(castStreamBallot(factsWith({}), camera)).toMatchObject({ passed: true, value: 1, weight: 0 });
  });

  it('names what is out of limits, one finding each', () => {
    expect(failing(factsWith({ intervalJitter: 0.8 }))).toEqual(['interval_jitter']);
    expect(failing(factsWith({ noiseResidual: 0 }))).toEqual(['noise_residual']);
    expect(failing(factsWith({ duplicateFrames: 1 }))).toEqual(['repeated_frames']);
    expect(failing(factsWith({ outOfOrder: true }))).toEqual(['time_order']);
    expect(failing(factsWith({ exposureReaction: 0.05 }))).toEqual(['exposure_reaction']);
    expect(failing(factsWith({}), { ...camera, label: 'OBS Virtual Camera' })).toEqual(['camera_label']);
    expect(failing(factsWith({}, { width: 1920, height: 1080 }))).toEqual(['frame_size']);
    expect(failing(factsWith({}, { width: 640, height: 480 }))).toEqual(['frame_size']);
    expect(failing(factsWith({ meanIntervalMs: 8 }))).toEqual(['frame_rate']);
    expect(failing(factsWith({ noiseResidual: Number.NaN }))).toEqual(['noise_residual']);
  });

  it('takes shrunk and upright frames of the same shape', () => {
    expect(failing(factsWith({}, { width: 640, height: 360 }))).toEqual([]);
    expect(failing(factsWith({}, { width: 360, height: 640 }))).toEqual([]);
  });

  it('fails as a voter on one finding, says that it is not validated, and is absent without data', () => {
    const ballot = castStreamBallot(factsWith({ duplicateFrames: 2 }), null);
    expect(ballot).toMatchObject({ passed: false, weight: 0, reason: 'voter_not_validated' });
    expect(ballot.value).toBeCloseTo(0.8, 9);
    const blind = { ...factsWith({}), stream: unknownFact('too_few_frames') };
    expect(castStreamBallot(blind, camera)).toMatchObject({ passed: null, reason: 'too_few_frames', weight: 0 });
  });

  it('does not judge what was not measured or not claimed', () => {
    const { exposureReaction: _reaction, ...without } = regular;
    const facts = { ...factsWith({}), stream: known(without) };
    const findings = streamFindings(facts, { ...camera, frameRate: 0, width: 0, height: 0 });
    const unmeasured = findings.filter(({ passed }) => passed === null).map(({ name }) => name);
    expect(unmeasured).toEqual(['exposure_reaction', 'frame_size', 'frame_rate']);
  });
});
