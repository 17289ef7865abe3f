import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  known,
  unknownFact,
  type FaceFacts,
  type FaceFrameFacts,
  type FlashResponse,
  type PromptWindow,
} from '../../contract/facts.ts';
import { defaultOrgSettings, type OrgSettings } from '../../contract/settings.ts';
import type { PromptKind } from '../../contract/vocabulary.ts';
import { answerPrompts } from './challenge-response.ts';
import { judgeLiveness, type LivenessInput } from './judge-liveness.ts';

const face = {
  box: { x: 100, y: 100, width: 200, height: 260 },
  score: 0.95,
  landmarks: [
    { x: 150, y: 200 },
    { x: 250, y: 200 },
    { x: 200, y: 250 },
    { x: 160, y: 300 },
    { x: 240, y: 300 },
  ],
} as const;

function frame(index: number, change: Partial<FaceFrameFacts> = {}): FaceFrameFacts {
  return {
    index,
    sha256: index.toString(16).padStart(64, '0'),
    tMs: index * 100,
    width: 640,
    height: 480,
    sharpness: 300,
    brightness: 0.5,
    contrast: 0.2,
    glare: 0,
    faces: [face],
    pose: { yaw: 0, pitch: 0, roll: 0 },
    passive: { 'minifasnet-v2': 0.95, 'minifasnet-v1se': 0.9 },
    expression: { eyeOpenness: 0.28, mouthWidth: 0.4, yaw: 0 },
    ...change,
  };
}

const turn: PromptWindow = { kind: 'turn_left', fromMs: 2000, toMs: 2500 };
const goodFlash: FlashResponse = {
  correlation: 0.95,
  orderMargin: 0.2,
  colourMargin: 0.05,
  delayMs: 100,
  signalToNoise: 12,
  depthRatio: 4,
  shading: 0.4,
  relief: { across: 0.4, down: 0.3, glow: 0, cells: 52 },
  framesUsed: 20,
  source: 'frames',
};

/** Twenty frames of light, then a head turn. */
function goodFrames(): FaceFrameFacts[] {
  return Array.from({ length: 30 }, (_, index) =>
    frame(index, index >= 20 ? { pose: { yaw: 30, pitch: 0, roll: 0 } } : {}),
  );
}

function facts(change: Partial<FaceFacts> = {}): FaceFacts {
  return {
    frames: goodFrames(),
    template: known({ modelId: 'm', vector: new Float32Array([1]), faceWidthPx: 200, framesUsed: [0, 5, 10, 15, 19] }),
    sameFace: known(0.9),
    flash: known(goodFlash),
    stream: known({ intervalJitter: 0.1, noiseResidual: 1, duplicateFrames: 0, outOfOrder: false }),
    rppg: unknownFact('too_short'),
    measurements: [{ name: 'lowest_frame_similarity', value: 0.8 }],
    models: [],
    renditions: {},
    durationsMs: {},
    ...change,
  };
}

function judge(change: Partial<FaceFacts> = {}, input: Partial<LivenessInput> = {}) {
  return judgeLiveness({
    facts: facts(change),
    prompts: [turn],
    attested: true,
    simulated: false,
    settings: defaultOrgSettings,
    ...input,
  });
}
const codes = (judgement: ReturnType<typeof judge>) => judgement.reasons.map((reason) => reason.code);
const live: OrgSettings = { ...defaultOrgSettings, environment: 'live' };

function withoutMissing({
  relief,
  ...rest
}: Omit<FlashResponse, 'relief'> & { relief: FlashResponse['relief'] | undefined }): FlashResponse {
  return relief === undefined ? rest : { ...rest, relief };
}

describe('judgeLiveness', () => {
  it('finds a person at a desk live, with high assurance and all four counted voters', () => {
    const judgement = judge();
    expect(judgement).toMatchObject({ fused: 'live', assuranceTier: 'high', passed: 4, score: 100, reasons: [] });
    expect(judgement.voters.map((voter) => voter.name)).toEqual([
      'flash_reflectance',
      'challenge_response',
      'passive_liveness',
      'deepfake_detector',
      'rppg',
      'device_attestation',
    ]);
  });

  it('shows unvalidated voters with weight 0', () => {
    const { voters } = judge();
    expect(voters.find((voter) => voter.name === 'deepfake_detector')).toMatchObject({
      weight: 0,
      reason: 'voter_not_validated',
    });
    expect(voters.find((voter) => voter.name === 'rppg')).toMatchObject({
      weight: 0,
      passed: null,
      reason: 'too_short',
    });
  });

  it('is unclear, not live, when one of four counted voters is absent or fails', () => {
    expect(judge({}, { attested: false })).toMatchObject({ fused: 'unclear', assuranceTier: 'low', score: 75 });
    expect(judge({}, { prompts: [] }).fused).toBe('unclear');
    expect(codes(judge({}, { prompts: [] }))).toContain('prompt_missing');
    expect(judge({}, { prompts: [{ ...turn, kind: 'turn_right' }] }).fused).toBe('unclear');
  });

  it('is not live when the frame least like the others shows somebody else', () => {
    const pair = { name: 'lowest_frame_similarity', value: 0.9 };
    const odd = (value: number) => judge({ measurements: [pair, { name: 'odd_frame_similarity', value }] });
    expect(odd(0.6).fused).toBe('live');
    expect(odd(0.2).fused).toBe('unclear');
    expect(codes(odd(0.2))).toContain('face_changed');
    expect(codes(odd(Number.NaN))).toContain('face_changed');
  });

  it('asks of a web page what a web page can have, all of it, and calls it high never', () => {
    const web = { attested: false, platform: 'web' } as const;
    expect(judge({}, web)).toMatchObject({ fused: 'live', assuranceTier: 'standard', passed: 3, score: 75 });
    expect(judge({}, { ...web, prompts: [] }).fused).toBe('unclear');
    expect(judge({}, { ...web, prompts: [{ ...turn, kind: 'turn_right' }] }).fused).toBe('unclear');
    expect(judge({ flash: unknownFact('flash_too_bright') }, web).fused).toBe('unclear');
    // Whoever could have a registered device, or has one, owes the full number.
    for (const platform of ['desktop', 'android', 'rn-ios'])
      expect(judge({}, { attested: false, platform }).fused).toBe('unclear');
    expect(judge({}, { attested: true, platform: 'web', prompts: [] }).fused).toBe('unclear');
    const never = { ...defaultOrgSettings, liveness: { votersRequired: 4, votersRequiredWeb: 4 } };
    expect(judge({}, { ...web, settings: never }).fused).toBe('unclear');
  });

  it('follows the organisation when it asks for fewer or more', () => {
    const asking = (votersRequired: number) => ({ ...defaultOrgSettings, liveness: { votersRequired } });
    expect(judge({}, { attested: false, settings: asking(3) })).toMatchObject({
      fused: 'live',
      assuranceTier: 'standard',
    });
    expect(judge({}, { settings: asking(5) }).fused).toBe('unclear');
  });

  it('is unclear when the flash is missing, too weak, or fits poorly', () => {
    expect(codes(judge({ flash: unknownFact('flash_too_bright') }))).toContain('flash_too_bright');
    const weak = [
      { ...goodFlash, correlation: 0.6 },
      { ...goodFlash, orderMargin: 0 },
      { ...goodFlash, colourMargin: -0.1 },
      { ...goodFlash, depthRatio: 1 },
      { ...goodFlash, signalToNoise: 2 },
      { ...goodFlash, correlation: Number.NaN },
      { ...goodFlash, orderMargin: Number.NaN },
      { ...goodFlash, depthRatio: Number.NaN },
    ];
    for (const flash of weak) expect(judge({ flash: known(flash) }).fused).toBe('unclear');
  });

  it('cannot tell flat from deep when the face hides the background', () => {
    const near = judge({ flash: known({ ...goodFlash, depthRatio: null }) });
    expect(near.fused).toBe('unclear');
    expect(codes(near)).toContain('face_too_near');
  });

  it('never takes the means a client sends for the shape of a head, whatever they say', () => {
    const { relief: _relief, ...flat } = goodFlash;
    for (const depthRatio of [null, 20]) {
      const samples = { ...flat, depthRatio, shading: null, source: 'samples' } as const;
      for (const given of [samples, { ...samples, relief: goodFlash.relief!, shading: 0.4 }]) {
        const judgement = judge({ flash: known(given) });
        expect(judgement.fused).toBe('unclear');
        expect(codes(judgement)).toContain('flash_shape_unseen');
        expect(judgement.voters[0]).toMatchObject({ name: 'flash_reflectance', passed: null });
      }
    }
    // They can speak against a capture.
    const replay = { ...flat, depthRatio: null, shading: null, source: 'samples' } as const;
    expect(judge({ flash: known({ ...replay, correlation: 0.1, orderMargin: -0.6 }) }).fused).toBe('spoof');
  });

  it('shows the single findings of every voter that has several, each with number, limit and reason', () => {
    const findings = Object.fromEntries(judge().voters.map(({ name, findings: of }) => [name, of ?? []]));
    expect(findings.flash_reflectance!.map(({ name }) => name)).toEqual([
      'light_signal',
      'light_fit',
      'colour_order',
      'single_colours',
      'depth_ratio',
      'relief',
      'glow',
    ]);
    expect(findings.challenge_response).toEqual([
      { name: 'turn_left', passed: true, value: 30, threshold: 15, reason: 'within_limits' },
    ]);
    expect(findings.passive_liveness).toEqual([
      { name: 'minifasnet-v2', passed: true, value: 0.95, threshold: 0.75, reason: 'within_limits' },
      { name: 'minifasnet-v1se', passed: true, value: 0.9, threshold: 0.75, reason: 'within_limits' },
    ]);
    expect(findings.deepfake_detector!.find(({ name }) => name === 'exposure_reaction')).toMatchObject({
      passed: null,
      reason: 'not_measured',
    });
    const flat = judge({
      flash: known({ ...goodFlash, shading: 0.02, relief: { across: 0.3, down: 0.03, glow: 0, cells: 52 } }),
    });
    expect(flat.voters[0]!.findings!.filter(({ passed }) => passed === false)).toEqual([
      { name: 'relief', passed: false, value: 0.02 / 0.07, threshold: 1, reason: 'flash_flat' },
    ]);
  });

  it('is spoof when another order explains the light, or frames stand still in it', () => {
    const replay = { ...goodFlash, correlation: 0.1, orderMargin: -0.6 };
    expect(judge({ flash: known(replay) })).toMatchObject({ fused: 'spoof', assuranceTier: 'low' });
    const still = { ...goodFlash, correlation: 0, signalToNoise: 0, orderMargin: 0 };
    expect(judge({ flash: known(still) }).fused).toBe('spoof');
    expect(judge({ flash: known({ ...still, source: 'samples' }) }).fused).toBe('unclear');
  });

  it('takes the median of the passive scores and is spoof when it is very low', () => {
    const passive = (score: number, from = 0) => ({
      frames: goodFrames().map((one, index) => (index >= from ? { ...one, passive: { a: score } } : one)),
    });
    expect(judge(passive(0.1)).fused).toBe('spoof');
    expect(judge(passive(0.6)).fused).toBe('unclear');
    expect(judge(passive(0.1, 20)).fused).toBe('live');
    expect(judge({ frames: goodFrames().map((one) => ({ ...one, passive: null })) }).fused).toBe('unclear');
    expect(judge(passive(Number.NaN, 29)).fused).toBe('unclear');
  });

  it('leaves turned frames out of the passive median', () => {
    const turned = { pose: { yaw: 45, pitch: 0, roll: 0 }, passive: { a: 0.1 } };
    const frames = goodFrames().map((one, index) =>
      index < 14 ? { ...one, passive: null } : index < 20 ? one : { ...one, ...turned },
    );
    expect(judge({ frames }).fused).toBe('live');
  });

  it('never finds stills live', () => {
    const still = facts({
      frames: [frame(0), frame(1)],
      flash: unknownFact('flash_missing'),
      stream: unknownFact('too_few_frames'),
    });
    const judgement = judgeLiveness({
      facts: still,
      prompts: [],
      attested: true,
      simulated: false,
      settings: { ...defaultOrgSettings, liveness: { votersRequired: 1 } },
    });
    expect(judgement.fused).toBe('unclear');
    expect(codes(judgement)).toContain('too_few_frames');
  });

  it.each<[string, Partial<FaceFacts>, string]>([
    [
      'a second person',
      { frames: goodFrames().map((one) => ({ ...one, faces: [face, { ...face, box: { ...face.box, x: 400 } }] })) },
      'face_several',
    ],
    ['a changed face', { sameFace: known(0.6) }, 'face_changed'],
    ['two unlike frames', { measurements: [{ name: 'lowest_frame_similarity', value: 0.2 }] }, 'face_changed'],
    ['a similarity that is no number', { sameFace: known(Number.NaN) }, 'face_changed'],
    [
      'a missing template',
      { template: unknownFact('model_missing'), sameFace: unknownFact('model_missing') },
      'model_missing',
    ],
    ['one used frame', { sameFace: unknownFact('too_few_frames') }, 'too_few_frames'],
    ['repeated frames', { frames: [...goodFrames(), frame(0, { tMs: 9000 })] }, 'frames_duplicated'],
    [
      'identical pixels',
      { stream: known({ intervalJitter: 0, noiseResidual: 0, duplicateFrames: 2, outOfOrder: false }) },
      'frames_duplicated',
    ],
    ['frames out of order', { frames: [...goodFrames(), frame(40, { tMs: 5 })] }, 'frames_out_of_order'],
    ['no face', { frames: goodFrames().map((one) => ({ ...one, faces: [] })) }, 'face_not_found'],
  ])('is unclear with %s, whatever the voters say', (_, change, code) => {
    const judgement = judge(change);
    expect(judgement.fused).toBe('unclear');
    expect(codes(judgement)).toContain(code);
  });

  it('accepts a simulated camera in a sandbox only, and says so', () => {
    expect(judge({}, { simulated: true })).toMatchObject({ fused: 'live', reasons: [{ code: 'simulated_capture' }] });
    expect(judge({}, { simulated: true, settings: live }).fused).toBe('unclear');
    expect(judge({}, { settings: live }).fused).toBe('live');
  });

  it('never yields live when any required fact is missing or not a number', () => {
    const number = fc.oneof(fc.double({ min: -2, max: 2 }), fc.constantFrom(Number.NaN, Infinity, -Infinity));
    const maybe = <T>(value: fc.Arbitrary<T>) =>
      fc.oneof(
        value.map((one) => known(one)),
        fc.constant(unknownFact('not_measured')),
      );
    const flash = fc.record({
      correlation: number,
      orderMargin: number,
      colourMargin: number,
      delayMs: fc.constant(100),
      signalToNoise: number.map((value) => value * 10),
      depthRatio: fc.option(number),
      shading: fc.option(number),
      relief: fc.option(fc.record({ across: number, down: number, glow: number, cells: fc.constant(50) }), {
        nil: undefined,
      }),
      framesUsed: fc.nat(60),
      source: fc.constantFrom('frames' as const, 'samples' as const),
    });
    const anyFrame = fc.record({
      passive: fc.option(fc.dictionary(fc.constantFrom('a', 'b'), number)),
      yaw: number.map((value) => value * 40),
      seen: fc.boolean(),
    });
    const property = fc.property(
      maybe(flash),
      maybe(number),
      fc.array(anyFrame, { maxLength: 12 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 6 }),
      fc.option(number),
      maybe(fc.constant(null)),
      (response, sameFace, shapes, attested, votersRequired, odd, template) => {
        const flashFact: FaceFacts['flash'] = response.available ? known(withoutMissing(response.value)) : response;
        const frames = shapes.map((shape, index) =>
          frame(index, {
            passive: shape.passive,
            faces: shape.seen ? [face] : [],
            pose: { yaw: shape.yaw, pitch: 0, roll: 0 },
          }),
        );
        const judgement = judgeLiveness({
          facts: facts({
            frames,
            flash: flashFact,
            sameFace,
            measurements: odd === null ? [] : [{ name: 'odd_frame_similarity', value: odd }],
            ...(template.available ? {} : { template }),
          }),
          prompts: [{ kind: 'turn_left', fromMs: 0, toMs: 500 }],
          attested,
          simulated: false,
          settings: { ...defaultOrgSettings, liveness: { votersRequired } },
        });
        if (judgement.fused !== 'live') return;
        expect(flashFact.available && flashFact.value.correlation >= 0.75 && flashFact.value.signalToNoise >= 3).toBe(
          true,
        );
        const measured = flashFact.available ? flashFact.value : null;
        expect(measured?.source).toBe('frames');
        expect(measured?.relief !== undefined && measured.relief.glow <= 0.3).toBe(true);
        expect(measured?.shading !== null && (measured?.depthRatio ?? 0) >= 1.15).toBe(true);
        expect(odd === null || odd >= 0.45).toBe(true);
        expect(template.available).toBe(true);
        expect(sameFace.available && sameFace.value >= 0.7).toBe(true);
        const scored = frames.filter((one) => one.passive !== null && Object.keys(one.passive).length > 0);
        expect(scored.length).toBeGreaterThanOrEqual(3);
        expect(scored.every((one) => Object.values(one.passive!).every(Number.isFinite))).toBe(true);
        expect(judgement.passed).toBeGreaterThanOrEqual(votersRequired);
      },
    );
    fc.assert(property, { numRuns: 2000 });
  });
});

describe('answerPrompts', () => {
  const window = (kind: PromptKind): PromptWindow => ({ kind, fromMs: 2000, toMs: 2400 });
  type Movement = Partial<FaceFrameFacts['expression'] & object>;
  const moved = (change: Movement): Partial<FaceFrameFacts> => ({
    pose: { yaw: change.yaw ?? 0, pitch: 0, roll: 0 },
    expression: { eyeOpenness: 0.28, mouthWidth: 0.4, yaw: 0, ...change },
  });
  const during = (change: Movement) =>
    Array.from({ length: 30 }, (_, index) => frame(index, index === 22 ? moved(change) : {}));
  it.each<[PromptKind, Movement, boolean]>([
    ['turn_left', { yaw: 20 }, true],
    ['turn_left', { yaw: -20 }, false],
    ['turn_left', { yaw: 10 }, false],
    ['turn_right', { yaw: -20 }, true],
    ['smile', { mouthWidth: 0.46 }, true],
    ['smile', { mouthWidth: 0.42 }, false],
    ['blink', { eyeOpenness: 0.15 }, true],
    ['blink', { eyeOpenness: 0.22 }, false],
  ])('%s with %o → %s', (kind, change, answered) => {
    expect(answerPrompts(during(change), [window(kind)])[0]!.answered).toBe(answered);
  });
  it('says nothing without frames in the window or without a mesh', () => {
    expect(answerPrompts([frame(0)], [window('smile')])[0]!.answered).toBeNull();
    const blind = during({}).map((one) => ({ ...one, expression: null, pose: null }));
    expect(answerPrompts(blind, [window('blink')])[0]!.answered).toBeNull();
    const untimed = during({ yaw: 30 }).map(({ tMs: _, ...rest }) => rest);
    expect(answerPrompts(untimed, [window('turn_left')])[0]!.answered).toBeNull();
  });
});
