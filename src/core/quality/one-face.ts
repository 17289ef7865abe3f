/** Who is in the picture: the person it is about, and whether anybody else stands beside. */
import type { DetectedFace } from '../../contract/facts.ts';

/** Share of the largest face's width from which another face counts as a second person. */
export const secondFaceShare = 0.5;
/** Detector score below which a second find is a pattern in the background (flags, patterned cloth), not a person. */
const sureScore = 0.75;
/** Share of the smaller box inside the larger from which two finds are one head seen twice. */
const sameHead = 0.5;

/**
 * Faces of comparable size, largest first: more than one means that it is not clear whose picture this is. Finds that lie
 * mostly inside the largest are that face once more; a number that is none counts against the picture.
 */
export function prominentFaces(faces: readonly DetectedFace[]): readonly DetectedFace[] {
  const sorted = [...faces].sort((p, q) => q.box.width - p.box.width);
  const [largest, ...others] = sorted;
  if (largest === undefined) return [];
  return [
    largest,
    ...others.filter(
      (face) =>
        !(face.score < sureScore) &&
        !(face.box.width < largest.box.width * secondFaceShare) &&
        !(insideShare(face, largest) > sameHead),
    ),
  ];
}

/** Area shared over the smaller area, 0–1. */
function insideShare(a: DetectedFace, b: DetectedFace): number {
  const width = Math.min(a.box.x + a.box.width, b.box.x + b.box.width) - Math.max(a.box.x, b.box.x);
  const height = Math.min(a.box.y + a.box.height, b.box.y + b.box.height) - Math.max(a.box.y, b.box.y);
  if (!(width > 0) || !(height > 0)) return 0;
  return (width * height) / Math.min(a.box.width * a.box.height, b.box.width * b.box.height);
}
