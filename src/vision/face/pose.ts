/** Head pose from the five landmarks: enough for a gate, and free. */
import type { DetectedFace, Pose } from '../../contract/facts.ts';

/**
 * Geometry of an average adult head in millimetres, origin between the eyes: eye distance, nose tip below and in front
 * of the eyes, mouth corners below and in front of them. Nose depth and height were set so that the median of the
 * frontal evaluation photos reads 0° in yaw and pitch and turned ones agree with the 468-point mesh.
 */
const head = { eyes: 63, noseDown: 40, noseFront: 36, mouthDown: 70, mouthFront: 14 };

const degrees = 180 / Math.PI;

/**
 * Weak-perspective pose, degrees, for a picture that is not mirrored.
 *
 * - roll: angle of the line between the eyes; the other two are taken after undoing it.
 * - yaw: with ρ = (nose.x − mid-eyes.x) / eye distance, ρ = (noseFront / eyes) · tan(yaw). Positive = image right.
 * - pitch: with t = (nose.y − eyes.y) / (mouth.y − eyes.y),
 *   tan(pitch) = (noseDown − t · mouthDown) / (noseFront − t · mouthFront). Positive = looks up.
 *
 * Null when the eyes coincide or the mouth is not below them.
 */
export function poseFromLandmarks(face: DetectedFace): Pose | null {
  const [leftEye, rightEye, nose, leftMouth, rightMouth] = face.landmarks;
  const dx = rightEye.x - leftEye.x;
  const dy = rightEye.y - leftEye.y;
  const eyes = Math.hypot(dx, dy);
  if (!(eyes > 0)) return null;
  const cos = dx / eyes;
  const sin = dy / eyes;
  const midX = (leftEye.x + rightEye.x) / 2;
  const midY = (leftEye.y + rightEye.y) / 2;
  const along = (x: number, y: number) => (x - midX) * cos + (y - midY) * sin;
  const down = (x: number, y: number) => (y - midY) * cos - (x - midX) * sin;
  const mouthDown = down((leftMouth.x + rightMouth.x) / 2, (leftMouth.y + rightMouth.y) / 2);
  if (!(mouthDown > 0)) return null;
  const t = down(nose.x, nose.y) / mouthDown;
  return {
    yaw: degrees * Math.atan((along(nose.x, nose.y) / eyes) * (head.eyes / head.noseFront)),
    pitch: degrees * Math.atan2(head.noseDown - t * head.mouthDown, Math.max(1, head.noseFront - t * head.mouthFront)),
    roll: degrees * Math.atan2(dy, dx),
  };
}
