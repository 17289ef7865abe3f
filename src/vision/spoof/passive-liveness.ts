/**
 * Silent passive liveness: MiniFASNet V2 and V1SE (minivision, Silent-Face-Anti-Spoofing). Each looks at the face with
 * its own amount of surroundings; the numbers are softmax[live], 0–1. What they mean is the rules' business.
 */
import type { Box } from '../../contract/facts.ts';
import { reducedFor } from '../face/align.ts';
import { resizeMatrix, warpToTensor } from '../face/tensor.ts';
import type { RgbImage } from '../image/image.ts';
import type { LoadedModel } from '../runtime/model-pack.ts';

const inputSize = 80;
const rawBgr = { order: 'bgr', mean: 0, scale: 1 } as const;

/**
 * The crop the networks were trained on: the face box scaled about its centre, the scale capped by the picture, then
 * shifted inside, so that nothing is padded (`CropImage` of the original).
 */
export function spoofCrop(image: { readonly width: number; readonly height: number }, box: Box, scale: number): Box {
  const capped = Math.min(scale, (image.width - 1) / box.width, (image.height - 1) / box.height);
  const width = box.width * capped;
  const height = box.height * capped;
  const inside = (start: number, size: number, limit: number) =>
    Math.min(Math.max(0, start), Math.max(0, limit - size));
  return {
    x: inside(box.x + box.width / 2 - width / 2, width, image.width),
    y: inside(box.y + box.height / 2 - height / 2, height, image.height),
    width,
    height,
  };
}

/** The crop of one model as its input [1, 3, 80, 80]: cut while the frame is at hand, scored when it is chosen. */
export function passiveInput(model: LoadedModel, image: RgbImage, box: Box): Float32Array {
  const crop = spoofCrop(image, box, model.entry.parameters?.cropScale ?? 2.7);
  const matrix = resizeMatrix(crop, inputSize, inputSize);
  const reduced = reducedFor(image, matrix, inputSize, Math.floor(Math.min(matrix[0], matrix[4])));
  return warpToTensor(reduced.image, reduced.matrix, inputSize, inputSize, rawBgr);
}

/** softmax[live] by model id, from inputs parallel to the models; null when none answered with a finite number. */
export async function passiveScores(
  models: readonly LoadedModel[],
  inputs: readonly Float32Array[],
): Promise<Readonly<Record<string, number>> | null> {
  const scores: Record<string, number> = {};
  for (const [index, model] of models.entries()) {
    const data = inputs[index];
    if (data === undefined) continue;
    const outputs = await model.run({ [model.inputNames[0] ?? 'input']: { dims: [1, 3, inputSize, inputSize], data } });
    const logits = outputs[model.outputNames[0] ?? 'output']?.data;
    const score = logits === undefined ? null : softmaxAt(logits, model.entry.parameters?.liveIndex ?? 1);
    if (score !== null) scores[model.entry.id] = score;
  }
  return Object.keys(scores).length > 0 ? scores : null;
}

/** One entry of a softmax; null when the logits are not finite or the index lies outside. */
export function softmaxAt(logits: Float32Array, index: number): number | null {
  if (index < 0 || index >= logits.length) return null;
  let top = Number.NEGATIVE_INFINITY;
  for (const value of logits) top = Math.max(top, value);
  let sum = 0;
  for (const value of logits) sum += Math.exp(value - top);
  const share = Math.exp(logits[index]! - top) / sum;
  return Number.isFinite(share) ? share : null;
}
