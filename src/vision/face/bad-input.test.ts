/** Pictures that must not decide anything: each with its reason, none of them live or a match. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DetectedFace, FaceFacts } from '../../contract/facts.ts';
import { defaultOrgSettings } from '../../contract/settings.ts';
import { judgeLiveness } from '../../core/liveness/judge-liveness.ts';
import { judgeMatch } from '../../core/match/judge-match.ts';
import { encodeJpeg, resize, type RgbImage } from '../image/image.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { analyseFace } from './analyse-face.ts';
import { detectFaces } from './detect-faces.ts';
import { missingEvaluationData, openEvaluationPack, photo, photoBytes } from './testing/evaluation-data.ts';

const missing = missingEvaluationData();

/** Paints a bar of one colour with a little texture over the eyes or the mouth. */
function cover(image: RgbImage, face: DetectedFace, part: 'eyes' | 'mouth', colour: readonly number[]): RgbImage {
  const [left, right, nose, leftMouth, rightMouth] = face.landmarks;
  const eyes = Math.hypot(right.x - left.x, right.y - left.y);
  const box =
    part === 'eyes'
      ? { x0: left.x - 0.45 * eyes, x1: right.x + 0.45 * eyes, y0: left.y - 0.3 * eyes, y1: right.y + 0.3 * eyes }
      : {
          x0: leftMouth.x - 0.5 * eyes,
          x1: rightMouth.x + 0.5 * eyes,
          y0: nose.y + 0.1 * eyes,
          y1: leftMouth.y + 0.9 * eyes,
        };
  const data = Uint8Array.from(image.data);
  for (let y = Math.max(0, Math.round(box.y0)); y < Math.min(image.height, box.y1); y += 1) {
    for (let x = Math.max(0, Math.round(box.x0)); x < Math.min(image.width, box.x1); x += 1) {
      for (let c = 0; c < 3; c += 1) data[(y * image.width + x) * 3 + c] = colour[c]! + ((x * 7 + y * 13) % 5);
    }
  }
  return { ...image, data };
}

/** The picture in the middle of a larger, even one. */
function within(image: RgbImage, width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3).fill(128);
  const left = Math.floor((width - image.width) / 2);
  const top = Math.floor((height - image.height) / 2);
  for (let y = 0; y < image.height; y += 1) {
    const row = image.data.subarray(y * image.width * 3, (y + 1) * image.width * 3);
    data.set(row, ((top + y) * width + left) * 3);
  }
  return { width, height, data };
}

describe.skipIf(missing !== null)(`poor pictures${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  let pack: ModelPack;
  let plain: RgbImage;
  let face: DetectedFace;
  beforeAll(async () => {
    pack = await openEvaluationPack();
    plain = await photo('faces/publicdomain/obama_small.jpg');
    plain = await resize(plain, plain.width * 2, plain.height * 2);
    face = (await detectFaces(pack, plain))![0]!;
  });
  afterAll(async () => {
    await pack.close();
  });

  const reasonsOf = (facts: FaceFacts) => {
    const judged = judgeLiveness({
      facts,
      prompts: [],
      attested: true,
      simulated: false,
      settings: { ...defaultOrgSettings, liveness: { votersRequired: 1 } },
    });
    const match = judgeMatch({
      probe: facts.template,
      reference: facts.template.available ? facts.template.value : null,
      threshold: 0.4,
      reviewThreshold: 0.28,
    });
    return { fused: judged.fused, match: match.verdict, codes: judged.reasons.map(({ code }) => code) };
  };
  /** Four slightly different frames of one picture. */
  const capture = async (image: RgbImage, times: readonly number[] = [0, 100, 200, 300]) => {
    const frames = await Promise.all(times.map((_, index) => encodeJpeg(image, 95 - index)));
    return reasonsOf(await analyseFace(pack, { frames, frameTimesMs: times, purpose: 'selfie' }));
  };

  it('has nothing against the plain picture but that nothing proved it alive', async () => {
    const { fused, match, codes } = await capture(plain);
    expect([fused, match]).toEqual(['unclear', 'match']);
    expect(codes).not.toContain('eyes_covered');
    expect(codes).not.toContain('mouth_covered');
  });

  it.each([
    ['eyes', [12, 12, 12], 'eyes_covered'],
    ['mouth', [225, 228, 230], 'mouth_covered'],
    ['mouth', [80, 130, 175], 'mouth_covered'],
  ] as const)('sees covered %s (%o)', async (part, colour, code) => {
    const { fused, match, codes } = await capture(cover(plain, face, part, colour));
    expect([fused, match]).toEqual(['unclear', 'unclear']);
    expect(codes).toContain(code);
  });

  it('refuses a face of 20 px as too small, in a small picture and far away in a large one', async () => {
    const scale = 20 / face.box.width;
    const small = await resize(plain, plain.width * scale, plain.height * scale);
    for (const image of [small, within(small, 640, 480)]) {
      const { fused, match, codes } = await capture(image);
      expect([fused, match]).toEqual(['unclear', 'unclear']);
      expect(codes).toContain('face_too_small');
      expect(codes).not.toContain('face_not_found');
    }
  });

  it('notices frames out of order and frames that repeat', async () => {
    expect((await capture(plain, [0, 200, 100, 300])).codes).toContain('frames_out_of_order');
    const one = photoBytes('faces/publicdomain/obama_small.jpg');
    const facts = await analyseFace(pack, {
      frames: [one, one, one, one],
      frameTimesMs: [0, 100, 200, 300],
      purpose: 'selfie',
    });
    expect(reasonsOf(facts).codes).toContain('frames_duplicated');
  });

  it('does not take a reference from a group, nor a face from a broken file', async () => {
    const group = await analyseFace(pack, { frames: [photoBytes('faces/compreface/000_5.jpg')], purpose: 'reference' });
    expect(group.template).toEqual({ available: false, reason: 'face_several' });
    const whole = photoBytes('faces/publicdomain/obama_small.jpg');
    const broken = await analyseFace(pack, { frames: [whole.slice(0, 900)], purpose: 'selfie' });
    expect(reasonsOf(broken)).toMatchObject({ fused: 'unclear', match: 'unclear' });
  });
});
