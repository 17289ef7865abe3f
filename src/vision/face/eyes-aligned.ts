/** A face cut for the eyes of a person: of one size, upright, the eyes always in the same place. */
import type { DetectedFace, Point } from '../../contract/facts.ts';
import { warpAffine, type RgbImage } from '../image/image.ts';
import { fitSimilarity, inverseMatrix } from './align.ts';

/** Width and height of the cut, px; 4:5 as on a document. */
export const alignedView = { width: 320, height: 400 } as const;
/** Where the eyes lie in it. Their distance is a quarter of the width, so that hair and chin are seen too. */
export const alignedEyes: readonly [Point, Point] = [
  { x: 118, y: 168 },
  { x: 202, y: 168 },
];

/**
 * The face with both eyes exactly on `alignedEyes`: turned, scaled and moved, never bent. What lies outside the picture
 * is black. Null where the eyes coincide.
 */
export function eyesAligned(image: RgbImage, face: DetectedFace): RgbImage | null {
  const similarity = fitSimilarity(face.landmarks.slice(0, 2), alignedEyes);
  if (similarity === null) return null;
  return warpAffine(image, inverseMatrix(similarity), alignedView.width, alignedView.height);
}
