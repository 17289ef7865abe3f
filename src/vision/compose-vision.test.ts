import { describe, expect, it } from 'vitest';
import { composeVision, type VisionParts } from './compose-vision.ts';
import { sha256Hex } from './image/image.ts';
import { openModelPack } from './runtime/model-pack.ts';
import { entryFor, manifestOf, tinyGraph } from './testing/tiny-onnx.ts';
import { unavailableCardCoaching, unavailableCardFacts, unavailableFaceCoaching } from './unavailable-facts.ts';

const broken = () => Promise.reject(new Error('a bug'));
const parts: VisionParts = {
  analyseCard: async (_models, request) => unavailableCardFacts(request, 'card_not_found'),
  analyseFace: broken,
  coachCard: () => {
    throw new Error('a bug before the first await');
  },
  coachFace: broken,
};

async function vision(faults: string[]) {
  const manifest = manifestOf(entryFor('tiny', tinyGraph([1])));
  return composeVision(await openModelPack({ directories: [], manifest }), parts, (call) => faults.push(call));
}

describe('composeVision', () => {
  it('hands an answer through untouched', async () => {
    const faults: string[] = [];
    const request = { frames: [Uint8Array.of(1)] };
    expect(await (await vision(faults)).analyseCard(request)).toEqual(unavailableCardFacts(request, 'card_not_found'));
    expect(faults).toEqual([]);
  });

  it('turns every kind of throw into unavailable facts and reports it', async () => {
    const faults: string[] = [];
    const host = await vision(faults);
    const frame = Uint8Array.of(7);
    const facts = await host.analyseFace({ frames: [frame], purpose: 'selfie' });
    for (const fact of [facts.template, facts.sameFace, facts.flash, facts.stream, facts.rppg]) {
      expect(fact).toEqual({ available: false, reason: 'vision_unavailable' });
    }
    expect(facts.frames).toMatchObject([{ sha256: sha256Hex(frame), faces: [], problem: 'vision_unavailable' }]);
    expect(await host.coachCard(frame)).toEqual(unavailableCardCoaching('vision_unavailable'));
    expect(await host.coachFace(frame)).toEqual(unavailableFaceCoaching());
    expect(faults).toEqual(['analyseFace', 'coachCard', 'coachFace']);
  });

  it('ends what the analyses keep open before it closes the models', async () => {
    const manifest = manifestOf(entryFor('tiny', tinyGraph([1])));
    const models = await openModelPack({ directories: [], manifest });
    const closed: string[] = [];
    const watched = { ...models, close: () => Promise.resolve(void closed.push('models')) };
    const host = composeVision(
      watched,
      parts,
      () => undefined,
      (pack) => {
        closed.push(pack === watched ? 'reader of these models' : 'reader of others');
        return Promise.resolve();
      },
    );
    await host.close();
    expect(closed).toEqual(['reader of these models', 'models']);
  });

  it('tells its state', async () => {
    expect(await (await vision([])).status()).toMatchObject({
      host: 'inline',
      state: 'ready',
      restarts: 0,
      models: [{ id: 'tiny', state: 'missing' }],
    });
  });
});
