/**
 * A vision process that misbehaves on request: the real wire and the real server, a made-up vision. The first frame's
 * text is the order; the first model directory is a scratch folder in which it leaves marks that outlive it.
 */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Vision } from '../../../contract/vision.ts';
import { composeVision } from '../../compose-vision.ts';
import { openModelPack } from '../../runtime/model-pack.ts';
import { unavailableCardCoaching, unavailableFaceCoaching } from '../../unavailable-facts.ts';
import { unavailableCardFacts, unavailableFaceFacts } from '../../unavailable-facts.ts';
import type { VisionOptions } from '../../vision-options.ts';
import { openParentPort } from '../parent-port.ts';
import { serveVision } from '../serve-vision.ts';

async function obey(order: string, scratch: string): Promise<void> {
  const before = readdirSync(scratch).filter((name) => name.startsWith(`${order}.`)).length;
  writeFileSync(join(scratch, `${order}.${before}`), String(process.pid));
  const first = before === 0;
  if (order === 'die' || (order === 'die-once' && first)) process.kill(process.pid, 'SIGKILL');
  if (order === 'wait' || (order === 'wait-once' && first)) await new Promise(() => undefined);
  if (order === 'spin' || (order === 'spin-once' && first)) for (;;);
  if (order === 'throw') throw new Error('a bug');
}

async function open(options: VisionOptions): Promise<Vision> {
  const scratch = options.modelDirectories[0]!;
  writeFileSync(join(scratch, `start.${process.pid}`), '');
  if (existsSync(join(scratch, 'refuse-to-start'))) process.exit(7);
  const models = await openModelPack({ directories: options.modelDirectories, manifest: options.manifest, threads: 1 });
  const heed = (frames: readonly Uint8Array[]) => obey(new TextDecoder().decode(frames[0]), scratch);
  const parts = {
    analyseCard: async (_: unknown, request: Parameters<Vision['analyseCard']>[0]) => {
      await heed(request.frames);
      return { ...unavailableCardFacts(request, 'card_not_found'), renditions: { card: Uint8Array.of(1, 2, 3) } };
    },
    analyseFace: async (_: unknown, request: Parameters<Vision['analyseFace']>[0]) => {
      await heed(request.frames);
      const vector = Float32Array.of(0.6, 0.8);
      const template = { modelId: 'made-up', vector, faceWidthPx: 90, framesUsed: [0] };
      const model = await models.get('face_detector');
      const measured = await model?.run({ x: { dims: [2], data: Float32Array.of(1, 2) } });
      const measurements = [...(measured?.y?.data ?? [])].map((value) => ({ name: 'tiny', value }));
      return {
        ...unavailableFaceFacts(request, 'face_not_found'),
        template: { available: true as const, value: template },
        measurements,
      };
    },
    coachCard: async () => unavailableCardCoaching('card_not_found'),
    coachFace: async (_: unknown, frame: Uint8Array) => {
      await heed([frame]);
      return unavailableFaceCoaching();
    },
  };
  return composeVision(models, parts, () => undefined);
}

serveVision(openParentPort()!, open, () => process.exit(0));
