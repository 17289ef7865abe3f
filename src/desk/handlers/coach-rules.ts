/** What to tell customer and operator while the camera runs. Advice only: the capture itself is judged by core. Pure. */
import type { CoachAnswer } from '../../contract/desk/answers.ts';
import type { CardCoaching, DetectedFace, FaceCoaching, FaceLook, Point } from '../../contract/facts.ts';
import type { ReasonCode } from '../../contract/reasons.ts';
import { autoCaptureRule } from '../../core/camera/auto-capture.ts';
import { assessFace } from '../../core/quality/face-quality.ts';
import { prominentFaces } from '../../core/quality/one-face.ts';

/** Starting points read off a 720p webcam; the capture's own gates have their own, calibrated ones. */
export const coachLimits = {
  cardSharpness: autoCaptureRule.sharpness,
  faceSharpness: 25,
  darkBelow: 0.18,
  brightAbove: 0.88,
  glareAbove: autoCaptureRule.glare,
  /** Share of the frame a card should fill. */
  cardCoverage: 0.22,
  /** Shortest over longest of two opposite edges: below this the card leans. */
  cardFlatness: 0.8,
  /** Face width over frame width. */
  faceWidth: 0.16,
  faceTurnDegrees: 20,
} as const;

const lighting = (brightness: number): ReasonCode | null =>
  brightness < coachLimits.darkBelow ? 'image_dark' : brightness > coachLimits.brightAbove ? 'image_bright' : null;

export function coachCardAnswer(seen: CardCoaching): CoachAnswer {
  const sharp = seen.sharpness >= coachLimits.cardSharpness;
  const light = lighting(seen.brightness);
  if (!seen.outline.available) {
    return {
      ready: false,
      advice: light ?? seen.outline.reason,
      lights: { sharp, bright: light === null, placed: false },
      outline: null,
    };
  }
  const { corners, coverage, rotation } = seen.outline.value;
  const placing: ReasonCode | null =
    coverage < coachLimits.cardCoverage
      ? 'card_too_far'
      : flatness(corners) < coachLimits.cardFlatness
        ? 'card_tilted'
        : rotation === 90 || rotation === 270
          ? 'card_turned'
          : null;
  const glare: ReasonCode | null = seen.glare > coachLimits.glareAbove ? 'image_glare' : null;
  const advice = placing ?? light ?? glare ?? (sharp ? null : 'image_blurred');
  return {
    ready: advice === null,
    advice,
    lights: { sharp, bright: light === null && glare === null, placed: placing === null },
    outline: corners.map((corner) => ({ x: corner.x / seen.frameWidth, y: corner.y / seen.frameHeight })),
    measured: { sharpness: seen.sharpness, glare: seen.glare, brightness: seen.brightness },
  };
}

function flatness(corners: readonly [Point, Point, Point, Point]): number {
  const edge = (from: Point, to: Point): number => Math.hypot(to.x - from.x, to.y - from.y);
  const [topLeft, topRight, bottomRight, bottomLeft] = corners;
  const ratio = (a: number, b: number): number => Math.min(a, b) / Math.max(a, b, 1);
  return Math.min(
    ratio(edge(topLeft, topRight), edge(bottomLeft, bottomRight)),
    ratio(edge(topLeft, bottomLeft), edge(topRight, bottomRight)),
  );
}

/** `detectorAway`: nobody looks for faces at the moment; then the operator aims by eye and may capture at any time. */
export function coachFaceAnswer(seen: FaceCoaching, detectorAway: ReasonCode | null): CoachAnswer {
  const sharp = seen.sharpness >= coachLimits.faceSharpness;
  const light = lighting(seen.brightness);
  const bright = light === null;
  if (detectorAway !== null)
    return { ready: true, advice: detectorAway, lights: { sharp, bright, placed: false }, outline: null };
  const [face, ...others] = seen.faces;
  if (face === undefined)
    return { ready: false, advice: light ?? 'face_not_found', lights: { sharp, bright, placed: false }, outline: null };
  const placing = placingAdvice(seen, face.box.width, others.length);
  const quality = assessFace(lookOfCoaching(seen, face), 'good');
  const advice = placing ?? light ?? (sharp ? null : 'image_blurred') ?? quality.advice;
  const { x, y, width, height } = face.box;
  const corners = [
    { x, y },
    { x: x + width, y },
    { x: x + width, y: y + height },
    { x, y: y + height },
  ];
  return {
    ready: advice === null,
    advice,
    lights: { sharp, bright, placed: placing === null },
    outline: corners.map((corner) => ({ x: corner.x / seen.frameWidth, y: corner.y / seen.frameHeight })),
  };
}

/** The preview measures what the quality gate of the capture will ask for, but for the mesh: open eyes are seen later. */
function lookOfCoaching(seen: FaceCoaching, face: DetectedFace): FaceLook {
  return {
    faceWidthPx: face.box.width,
    brightness: seen.brightness,
    contrast: seen.contrast ?? null,
    prominentFaces: prominentFaces(seen.faces).length,
    pose: seen.pose,
    detail: seen.detail ?? null,
    eyeOpenness: null,
  };
}

function placingAdvice(seen: FaceCoaching, width: number, others: number): ReasonCode | null {
  if (others > 0) return 'face_several';
  if (width / seen.frameWidth < coachLimits.faceWidth) return 'face_too_small';
  const turned =
    seen.pose !== null && Math.max(Math.abs(seen.pose.yaw), Math.abs(seen.pose.pitch)) > coachLimits.faceTurnDegrees;
  return turned ? 'face_turned' : null;
}
