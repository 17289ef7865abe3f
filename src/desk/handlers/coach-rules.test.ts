import { describe, expect, it } from 'vitest';
import {
  known,
  unknownFact,
  type CardCoaching,
  type CardOutline,
  type DetectedFace,
  type FaceCoaching,
} from '../../contract/facts.ts';
import { coachCardAnswer, coachFaceAnswer } from './coach-rules.ts';

const at = (x: number, y: number) => ({ x, y });
const outline = (corners: CardOutline['corners'], coverage = 0.4): CardOutline => ({
  frameIndex: 0,
  corners,
  rotation: 0,
  coverage,
  confidence: 0.9,
});
const flat = outline([at(200, 100), at(1000, 100), at(1000, 600), at(200, 600)]);
const card = (change: Partial<CardCoaching> = {}): CardCoaching => ({
  outline: known(flat),
  sharpness: 200,
  brightness: 0.5,
  glare: 0,
  frameWidth: 1200,
  frameHeight: 700,
  ...change,
});

describe('coachCardAnswer', () => {
  it('is ready on a sharp, flat, well-lit card, with its corners as shares of the frame', () => {
    const answer = coachCardAnswer(card());
    expect(answer).toMatchObject({ ready: true, advice: null, lights: { sharp: true, bright: true, placed: true } });
    expect(answer.outline?.[2]).toEqual({ x: 1000 / 1200, y: 600 / 700 });
  });

  it.each([
    ['no card', { outline: unknownFact('card_not_found') }, 'card_not_found'],
    ['a card far away', { outline: known(outline(flat.corners, 0.1)) }, 'card_too_far'],
    [
      'a leaning card',
      { outline: known(outline([at(200, 100), at(1000, 200), at(1000, 500), at(200, 600)])) },
      'card_tilted',
    ],
    ['a card that stands upright', { outline: known<CardOutline>({ ...flat, rotation: 90 }) }, 'card_turned'],
    ['darkness', { brightness: 0.05 }, 'image_dark'],
    ['too much light', { brightness: 0.97 }, 'image_bright'],
    ['glare', { glare: 0.2 }, 'image_glare'],
    ['motion', { sharpness: 5 }, 'image_blurred'],
  ] as const)('advises on %s', (_, change, advice) => {
    expect(coachCardAnswer(card(change))).toMatchObject({ ready: false, advice });
  });
});

const detected = (width: number): DetectedFace => ({
  box: { x: 400, y: 100, width, height: width * 1.3 },
  score: 0.9,
  landmarks: [at(450, 200), at(550, 200), at(500, 260), at(460, 320), at(540, 320)],
});
const face = (change: Partial<FaceCoaching> = {}): FaceCoaching => ({
  faces: [detected(300)],
  pose: { yaw: 2, pitch: 3, roll: 0 },
  sharpness: 80,
  brightness: 0.5,
  frameWidth: 1000,
  frameHeight: 800,
  ...change,
});

describe('coachFaceAnswer', () => {
  it('is ready on one straight, near, sharp face', () => {
    const answer = coachFaceAnswer(face(), null);
    expect(answer).toMatchObject({ ready: true, advice: null });
    expect(answer.outline?.[0]).toEqual({ x: 0.4, y: 0.125 });
  });

  it.each([
    ['nobody', { faces: [] }, 'face_not_found'],
    ['two people', { faces: [detected(300), detected(200)] }, 'face_several'],
    ['a small face', { faces: [detected(90)] }, 'face_too_small'],
    ['a turned face', { pose: { yaw: 35, pitch: 0, roll: 0 } }, 'face_turned'],
    ['darkness', { brightness: 0.05 }, 'image_dark'],
    ['motion', { sharpness: 3 }, 'image_blurred'],
  ] as const)('advises on %s', (_, change, advice) => {
    expect(coachFaceAnswer(face(change), null)).toMatchObject({ ready: false, advice });
  });

  it('lets the operator aim by eye while nobody looks for faces', () => {
    expect(coachFaceAnswer(face({ faces: [] }), 'model_missing')).toMatchObject({
      ready: true,
      advice: 'model_missing',
      outline: null,
    });
  });
});
