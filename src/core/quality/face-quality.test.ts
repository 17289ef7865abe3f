import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { known, type DetectedFace, type FaceFrameFacts, type FaceLook } from '../../contract/facts.ts';
import { judgeMatch } from '../match/judge-match.ts';
import { assessFace, qualityReasons } from './face-quality.ts';
import { lookOfFrame, medianLook } from './look.ts';
import { prominentFaces } from './one-face.ts';

const good: FaceLook = {
  faceWidthPx: 180,
  brightness: 0.5,
  contrast: 0.2,
  prominentFaces: 1,
  pose: { yaw: 2, pitch: -3, roll: 1 },
  detail: { sharpness: 400, eyes: 0.65, mouth: 0.55 },
  eyeOpenness: 0.25,
};

const at = (x: number, width: number, score = 0.9): DetectedFace => ({
  box: { x, y: 0, width, height: width * 1.3 },
  score,
  landmarks: [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 0.5, y: 0.5 },
    { x: 0, y: 1 },
    { x: 1, y: 1 },
  ],
});

describe('assessFace', () => {
  it('passes a good picture, with a number for every check', () => {
    const quality = assessFace(good, 'good');
    expect(quality).toMatchObject({ passed: true, advice: null });
    expect(quality.checks.every(({ value }) => value !== null)).toBe(true);
    expect(qualityReasons(quality, 'quality')).toEqual([]);
  });

  it.each<[string, Partial<FaceLook>, string]>([
    ['two people', { prominentFaces: 2 }, 'face_several'],
    ['a face of 20 px', { faceWidthPx: 20 }, 'face_too_small'],
    ['darkness', { brightness: 0.05 }, 'image_dark'],
    ['glaring light', { brightness: 0.97 }, 'image_bright'],
    ['fog', { contrast: 0.01 }, 'image_flat'],
    ['a profile', { pose: { yaw: -75, pitch: 0, roll: 0 } }, 'face_turned'],
    ['a look at the ceiling', { pose: { yaw: 0, pitch: 60, roll: 0 } }, 'face_turned'],
    ['blur', { detail: { sharpness: 3, eyes: 0.4, mouth: 0.4 } }, 'image_blurred'],
    ['covered eyes', { detail: { sharpness: 300, eyes: 0.03, mouth: 0.5 } }, 'eyes_covered'],
    ['a covered mouth', { detail: { sharpness: 300, eyes: 0.6, mouth: 0.02 } }, 'mouth_covered'],
    ['closed eyes', { eyeOpenness: 0.05 }, 'eyes_closed'],
    ['a width that is no number', { faceWidthPx: Number.NaN }, 'face_too_small'],
  ])('advises on %s', (_, change, advice) => {
    for (const level of ['floor', 'good'] as const) {
      expect(assessFace({ ...good, ...change }, level)).toMatchObject({ passed: false, advice });
    }
  });

  it('asks more of a capture that has not begun than of one that is over', () => {
    const middling = { ...good, faceWidthPx: 70 };
    expect([assessFace(middling, 'floor').passed, assessFace(middling, 'good').passed]).toEqual([true, false]);
  });

  it('does not call a blurred or a turned face covered', () => {
    const gone = { sharpness: 300, eyes: 0.05, mouth: 0.05 };
    const codes = (look: FaceLook) => qualityReasons(assessFace(look, 'floor'), 'q').map(({ code }) => code);
    expect(codes({ ...good, detail: { ...gone, sharpness: 3 } })).toEqual(['image_blurred']);
    expect(codes({ ...good, detail: gone, pose: { yaw: 70, pitch: 0, roll: 0 } })).toEqual(['face_turned']);
    expect(codes({ ...good, detail: gone })).toEqual(['eyes_covered', 'mouth_covered']);
  });

  it('says nothing about what was not measured', () => {
    const bare = { ...good, contrast: null, pose: null, detail: null, eyeOpenness: null };
    const { passed, checks } = assessFace(bare, 'floor');
    expect(passed).toBe(true);
    expect(checks.filter((check) => check.passed === null).map(({ name }) => name)).toEqual([
      'dynamic_range',
      'pose_yaw',
      'pose_pitch',
      'pose_roll',
      'sharpness',
      'eyes_visible',
      'mouth_visible',
      'eyes_open',
    ]);
  });
});

describe('prominentFaces', () => {
  it('counts people of comparable size, once each', () => {
    expect(prominentFaces([])).toEqual([]);
    expect(prominentFaces([at(0, 100), at(300, 90)])).toHaveLength(2);
    expect(prominentFaces([at(0, 100), at(300, 40)])).toHaveLength(1);
    expect(prominentFaces([at(0, 100), at(10, 80)])).toHaveLength(1);
    expect(prominentFaces([at(0, 100), at(300, 90, 0.62)])).toHaveLength(1);
    expect(prominentFaces([at(300, 90), at(0, 100)])[0]!.box.width).toBe(100);
  });
  it('counts a size that is no number', () => {
    expect(prominentFaces([at(0, 100), at(300, Number.NaN)])).toHaveLength(2);
  });
});

describe('medianLook', () => {
  const frame = (change: Partial<FaceFrameFacts> = {}): FaceFrameFacts => ({
    index: 0,
    sha256: '0',
    width: 640,
    height: 480,
    sharpness: 100,
    brightness: 0.5,
    contrast: 0.2,
    glare: 0,
    faces: [at(0, 150)],
    pose: { yaw: 0, pitch: 0, roll: 0 },
    passive: null,
    expression: null,
    detail: good.detail,
    ...change,
  });
  it('is not moved by a minority of turned, dark or covered frames', () => {
    const odd = frame({ brightness: 0.01, pose: { yaw: 60, pitch: 0, roll: 0 }, detail: null });
    const look = medianLook([frame(), odd, frame(), frame({ faces: [] })])!;
    expect(assessFace(look, 'floor').passed).toBe(true);
    expect(look.eyeOpenness).toBeNull();
  });
  it('has nothing to say without a face', () => {
    expect(medianLook([frame({ faces: [] })])).toBeNull();
    expect(lookOfFrame(frame({ faces: [] }))).toBeNull();
  });
});

describe('a match', () => {
  it('is never found or refuted on a picture below the floor', () => {
    const unit = (angle: number) => Float32Array.from([Math.cos(angle), Math.sin(angle)]);
    const property = fc.property(
      fc.double({ min: 0, max: Math.PI, noNaN: true }),
      fc.constantFrom<Partial<FaceLook>>(
        { faceWidthPx: 20 },
        { detail: { sharpness: 1, eyes: 0.5, mouth: 0.5 } },
        { detail: { sharpness: 300, eyes: 0, mouth: 0.5 } },
        { brightness: Number.NaN },
      ),
      (angle, change) => {
        const template = { modelId: 'm', faceWidthPx: 90, framesUsed: [0] };
        const probe = known({ ...template, vector: unit(angle), look: { ...good, ...change } });
        const judged = judgeMatch({
          probe,
          reference: { ...template, vector: unit(0) },
          threshold: 0.45,
          reviewThreshold: 0.28,
        });
        expect(judged.verdict).toBe('unclear');
        expect(judged.reasons.length).toBeGreaterThan(0);
        expect(judged.similarity).not.toBeNull();
      },
    );
    fc.assert(property);
  });
});
