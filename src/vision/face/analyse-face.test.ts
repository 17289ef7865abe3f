import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaceFacts, FaceTemplate, FlashSequence, PromptWindow } from '../../contract/facts.ts';
import { defaultOrgSettings } from '../../contract/settings.ts';
import { makeFlashSequence } from '../../core/flash/challenge.ts';
import { judgeLiveness } from '../../core/liveness/judge-liveness.ts';
import { cosine, judgeMatch } from '../../core/match/judge-match.ts';
import { crop, encodeJpeg, resize, type RgbImage } from '../image/image.ts';
import { openModelPack, type ModelPack } from '../runtime/model-pack.ts';
import { alignedTensor } from './align.ts';
import { analyseFace, coachFace } from './analyse-face.ts';
import { spreadBest } from './template.ts';
import { detectFaces } from './detect-faces.ts';
import { embedAligned, embedLargestFace } from './embed.ts';
import {
  labelledPhotos,
  missingEvaluationData,
  openEvaluationPack,
  photo,
  photoBytes,
} from './testing/evaluation-data.ts';
import { litFrame } from './testing/lit-capture.ts';

const missing = missingEvaluationData();

describe('spreadBest', () => {
  it('takes the best of every stretch, so that no stretch goes unseen', () => {
    const frames = [3, 1, 2, 9, 8, 7].map((quality, at) => ({ quality, at }));
    expect(spreadBest(frames, 2).map((frame) => frame.at)).toEqual([0, 3]);
    expect(spreadBest(frames, 10)).toHaveLength(6);
  });
});

describe('without models', () => {
  it('measures what it can and says what is missing', async () => {
    const manifest = { version: 1 as const, models: [] };
    const pack = await openModelPack({ directories: [], manifest });
    const frame = await encodeJpeg({ width: 64, height: 48, data: new Uint8Array(64 * 48 * 3).fill(120) });
    const facts = await analyseFace(pack, { frames: [frame], purpose: 'selfie' });
    expect(facts.template).toEqual({ available: false, reason: 'model_missing' });
    expect(facts.frames[0]).toMatchObject({ width: 64, height: 48, faces: [], passive: null });
    expect(facts.frames[0]!.brightness).toBeCloseTo(120 / 255, 2);
  });
});

describe.skipIf(missing !== null)(`with models and photos${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  let pack: ModelPack;
  beforeAll(async () => {
    pack = await openEvaluationPack();
  });
  afterAll(async () => {
    await pack.close();
  });

  const templateOf = async (path: string) => {
    const found = await embedLargestFace(pack, await photo(path));
    if (!found?.template.available) throw new Error(`${path}: no template`);
    return found.template.value;
  };

  it('gives a face the same template alone and among others, to the last bit', async () => {
    const model = (await pack.get('face_recogniser'))!;
    const paths = labelledPhotos(/faces\/deepface\//)
      .slice(0, 3)
      .map(({ file }) => file);
    const aligned: (Float32Array | null)[] = [];
    for (const path of paths) {
      const image = await photo(path);
      aligned.push(alignedTensor(image, (await detectFaces(pack, image))![0]!));
    }
    const together = await embedAligned(model, aligned, true);
    for (const [index, one] of aligned.entries()) {
      expect(together[index]).toEqual((await embedAligned(model, [one], true))[0]);
    }
  });

  it('separates every genuine from every impostor pair of the labelled photos', async () => {
    const rows: { readonly identity: string; readonly template: FaceTemplate }[] = [];
    for (const { file, identity } of labelledPhotos(/faces\/(deepface|publicdomain)\//)) {
      rows.push({ identity, template: await templateOf(file) });
    }
    const genuine: number[] = [];
    const impostor: number[] = [];
    rows.forEach((a, i) => {
      expect(Math.hypot(...a.template.vector)).toBeCloseTo(1, 5);
      rows
        .slice(i + 1)
        .forEach((b) =>
          (a.identity === b.identity ? genuine : impostor).push(cosine(a.template.vector, b.template.vector)!),
        );
    });
    expect(genuine.length).toBeGreaterThanOrEqual(30);
    expect(impostor.length).toBeGreaterThanOrEqual(150);
    expect(Math.min(...genuine)).toBeGreaterThan(Math.max(...impostor));
    expect(Math.max(...impostor)).toBeLessThan(0.28);
    expect(genuine.filter((value) => value < 0.4)).toEqual([]);
  });

  it('matches card portraits with selfies of the same person, and refuses those below 50 px', async () => {
    const selfies = {
      c01: await templateOf('faces/publicdomain/obama2.jpg'),
      c02: await templateOf('faces/publicdomain/biden2.jpg'),
    };
    for (const [card, other] of [
      ['c01', 'c02'],
      ['c02', 'c01'],
    ] as const) {
      for (const kind of ['clean', 'blur', 'dark', 'glare', 'jpeg30', 'noise', 'rot4', 'small640']) {
        const found = await embedLargestFace(pack, await photo(`ktp/${card}_${kind}.jpg`));
        const limits = { threshold: 0.45, reviewThreshold: 0.28 };
        const against = (probe: typeof selfies.c01) =>
          judgeMatch({ probe: found!.template, reference: probe, ...limits }).verdict;
        expect([card, kind, against(selfies[card])]).toEqual([card, kind, 'match']);
        expect([card, kind, against(selfies[other])]).toEqual([card, kind, 'no_match']);
      }
      const whole = await photo(`ktp/${card}_clean.jpg`);
      const tiny = await embedLargestFace(pack, await resize(whole, whole.width * 0.45, whole.height * 0.45));
      expect(tiny!.template).toEqual({ available: false, reason: 'portrait_too_small' });
    }
  });

  it('scores the passive samples of the networks’ authors as they do', async () => {
    const scores = async (path: string) => {
      const facts = await analyseFace(pack, { frames: [photoBytes(path)], purpose: 'selfie' });
      return Object.values(facts.frames[0]!.passive!);
    };
    expect(Math.min(...(await scores('spoof/minivision_image_T1.jpg')))).toBeGreaterThan(0.95);
    const print = await scores('spoof/minivision_image_F1.jpg');
    expect((print[0]! + print[1]!) / 2).toBeLessThan(0.3);
    expect(Math.max(...(await scores('spoof/minivision_image_F2.jpg')))).toBeLessThan(0.1);
  });

  it('says why a frame or a face cannot be used', async () => {
    const reference = async (...frames: Uint8Array[]) =>
      (await analyseFace(pack, { frames, purpose: 'reference' })).template;
    expect(await reference(new Uint8Array())).toEqual({ available: false, reason: 'image_unreadable' });
    const grey = await encodeJpeg({ width: 320, height: 240, data: new Uint8Array(320 * 240 * 3).fill(128) });
    expect(await reference(grey)).toEqual({ available: false, reason: 'face_not_found' });
    const whole = await photo('faces/publicdomain/obama_small.jpg');
    const far = await encodeJpeg(await resize(whole, whole.width * 0.4, whole.height * 0.4));
    expect(await reference(far)).toEqual({ available: false, reason: 'face_too_small' });
    const facts = await analyseFace(pack, {
      frames: [grey, photoBytes('faces/publicdomain/obama.jpg')],
      purpose: 'reference',
    });
    expect(facts.template.available && facts.template.value.framesUsed).toEqual([1]);
    expect(facts.flash.available || facts.stream.available).toBe(false);
  });

  it('sees two persons in one capture, and several in one picture', async () => {
    const judged = async (...paths: string[]) => {
      const frames = paths.map((path) => photoBytes(`faces/publicdomain/${path}.jpg`));
      const facts = await analyseFace(pack, { frames, purpose: 'selfie' });
      const judgement = judgeLiveness({
        facts,
        prompts: [],
        attested: true,
        simulated: false,
        settings: defaultOrgSettings,
      });
      return judgement.reasons.map((reason) => reason.code);
    };
    expect(await judged('obama', 'obama1', 'obama2', 'obama3', 'biden')).toContain('face_changed');
    expect(await judged('obama', 'obama3', 'biden', 'biden', 'obama2')).toContain('face_changed');
    expect(await judged('obama', 'obama3', 'obama_small')).not.toContain('face_changed');
    const group = await coachFace(pack, photoBytes('faces/compreface/000_5.jpg'));
    expect(group.faces.length).toBe(5);
  });

  it('coaches', async () => {
    const coaching = await coachFace(pack, photoBytes('faces/publicdomain/obama_small.jpg'));
    expect(coaching).toMatchObject({ frameWidth: 320, frameHeight: 240 });
    expect(coaching.faces).toHaveLength(1);
    expect(Math.abs(coaching.pose!.yaw)).toBeLessThan(10);
  });

  describe('a whole capture', () => {
    const sequence: FlashSequence = { nonce: 'n', ...makeFlashSequence(5, (max) => Math.floor(max * 0.37)) };
    const total = sequence.holdMs.reduce((sum, ms) => sum + ms, 0);
    let times: number[];
    let turn: PromptWindow;
    let frontal: RgbImage;
    let turned: RgbImage;

    beforeAll(async () => {
      times = Array.from({ length: Math.ceil((total + 1200) / 100) }, (_, index) => index * 100);
      turn = { kind: 'turn_left', fromMs: total + 300, toMs: total + 900 };
      frontal = await portrait('faces/publicdomain/obama.jpg');
      turned = await portrait('faces/publicdomain/obama1.jpg');
    });

    /** The head and what is around it, 640 px wide. */
    async function portrait(path: string): Promise<RgbImage> {
      const whole = await photo(path);
      const { box } = (await detectFaces(pack, whole))![0]!;
      const width = Math.min(whole.width, (whole.height * 4) / 3, box.width * 4.2);
      const x = Math.min(Math.max(0, box.x + box.width / 2 - width / 2), whole.width - width);
      const y = Math.min(Math.max(0, box.y + box.height / 2 - width * 0.42), whole.height - width * 0.75);
      const cut = crop(whole, { x, y, width, height: width * 0.75 });
      return resize(cut, 640, 480);
    }

    async function capture(shown: FlashSequence | null, behind = 0.02): Promise<FaceFacts> {
      const frames: Uint8Array[] = [];
      for (const tMs of times) {
        const image = tMs >= turn.fromMs + 100 ? turned : frontal;
        const head = (await detectFaces(pack, image))![0]!.box;
        frames.push(await litFrame(image, { shown, head, onHead: 0.12, behind, delayMs: 110 }, tMs));
      }
      return analyseFace(pack, { frames, frameTimesMs: times, flash: sequence, prompts: [turn], purpose: 'selfie' });
    }
    const judge = (facts: FaceFacts) =>
      judgeLiveness({ facts, prompts: [turn], attested: true, simulated: false, settings: defaultOrgSettings });

    it('of a person answering light and prompt is live, and matches a portrait', async () => {
      const facts = await capture(sequence);
      const judgement = judge(facts);
      expect(judgement.reasons).toEqual([]);
      expect(judgement).toMatchObject({ fused: 'live', assuranceTier: 'high' });
      expect(facts.flash.available && Math.abs(facts.flash.value.delayMs - 110)).toBeLessThanOrEqual(60);
      expect(facts.stream.available && facts.stream.value.duplicateFrames).toBe(0);
      expect(facts.renditions.face!.length).toBeGreaterThan(1000);
      const match = judgeMatch({
        probe: facts.template,
        reference: await templateOf('faces/publicdomain/obama3.jpg'),
        threshold: 0.45,
        reviewThreshold: 0.28,
      });
      expect(match.verdict).toBe('match');
    });

    it('in another order, without light, or lit flat is not', async () => {
      const other = { ...sequence, colors: [...sequence.colors].reverse() };
      for (const facts of [await capture(other), await capture(null), await capture(sequence, 0.12)]) {
        const judgement = judge(facts);
        expect(judgement.fused).not.toBe('live');
        const flash = judgement.voters.find((voter) => voter.name === 'flash_reflectance');
        expect(flash!.passed).not.toBe(true);
      }
    });
  });
});
