/** The numbers of one or several frames as the quality gate takes them. */
import type { FaceFrameFacts, FaceLook, Pose } from '../../contract/facts.ts';
import { median } from '../liveness/median.ts';
import { prominentFaces } from './one-face.ts';

/** Look of one frame; null without a face. */
export function lookOfFrame(frame: FaceFrameFacts): FaceLook | null {
  const faces = prominentFaces(frame.faces);
  const [face] = faces;
  if (face === undefined) return null;
  return {
    faceWidthPx: face.box.width,
    brightness: frame.brightness,
    contrast: frame.contrast,
    prominentFaces: faces.length,
    pose: frame.pose,
    detail: frame.detail ?? null,
    eyeOpenness: frame.expression?.eyeOpenness ?? null,
  };
}

/**
 * Median of each number over the frames with a face: one blink, one blurred or one turned frame does not spoil a capture.
 * Null without any.
 */
export function medianLook(frames: readonly FaceFrameFacts[]): FaceLook | null {
  const looks = frames.map(lookOfFrame).filter((look) => look !== null);
  if (looks.length === 0) return null;
  const middle = (read: (look: FaceLook) => number | null | undefined): number | null =>
    median(looks.map(read).filter((value) => value !== null && value !== undefined));
  const pose = (key: keyof Pose) => middle((look) => look.pose?.[key]);
  const [yaw, pitch, roll] = [pose('yaw'), pose('pitch'), pose('roll')];
  const [sharpness, eyes, mouth] = [
    middle((look) => look.detail?.sharpness),
    middle((look) => look.detail?.eyes),
    middle((look) => look.detail?.mouth),
  ];
  return {
    faceWidthPx: middle((look) => look.faceWidthPx) ?? Number.NaN,
    brightness: middle((look) => look.brightness) ?? Number.NaN,
    contrast: middle((look) => look.contrast) ?? null,
    prominentFaces: Math.floor(middle((look) => look.prominentFaces) ?? Number.NaN),
    pose: yaw === null || pitch === null || roll === null ? null : { yaw, pitch, roll },
    detail: sharpness === null || eyes === null || mouth === null ? null : { sharpness, eyes, mouth },
    eyeOpenness: middle((look) => look.eyeOpenness),
  };
}
