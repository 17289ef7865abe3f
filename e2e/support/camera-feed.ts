/**
 * A real camera as far as Chromium can tell: a motion-JPEG file behind `getUserMedia`. The flag names a symbolic link,
 * so that what the camera sees can be changed between two uses of it.
 */
import { mkdtempSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crop, decodeImage, encodeJpeg, resize, type RgbImage } from '../../src/vision/image/image.ts';

const width = 1280;
const height = 720;
/** Pixels the picture sways by: two equal frames in a row would be a stuck camera. */
const sway = 6;
const frameCount = 8;
/** Below 90 the encoder subsamples colour 4:2:0, the only kind Chromium's reader takes. */
const quality = 89;

export interface CameraFeed {
  /** Add to Chromium's arguments. */
  readonly flags: readonly string[];
  /** What the camera shows from its next opening on. */
  show(scene: 'card' | 'face'): void;
  close(): void;
}

export async function openCameraFeed(files: { readonly card: string; readonly face: string }): Promise<CameraFeed> {
  const folder = mkdtempSync(join(tmpdir(), 'loket-camera-'));
  const link = join(folder, 'camera.mjpeg');
  const scenes = { card: join(folder, 'card.mjpeg'), face: join(folder, 'face.mjpeg') };
  writeFileSync(scenes.card, await film(await onDesk(await read(files.card))));
  writeFileSync(scenes.face, await film(await atCounter(await read(files.face))));
  symlinkSync(scenes.card, link);
  return {
    flags: [
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${link}`,
    ],
    show(scene) {
      unlinkSync(link);
      symlinkSync(scenes[scene], link);
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function read(path: string): Promise<RgbImage> {
  const decoded = await decodeImage(readFileSync(path));
  if (!decoded.ok) throw new Error(`${path}: ${decoded.reason}`);
  return decoded.image;
}

/** A few frames of a scene that is a little larger than the picture, each from a slightly other place. */
async function film(scene: RgbImage): Promise<Uint8Array> {
  const frames: Uint8Array[] = [];
  for (let n = 0; n < frameCount; n += 1) {
    const turn = (2 * Math.PI * n) / frameCount;
    const x = Math.round(sway + sway * Math.cos(turn));
    const y = Math.round(sway + sway * Math.sin(turn));
    frames.push(await encodeJpeg(crop(scene, { x, y, width, height }), quality));
  }
  return Buffer.concat(frames);
}

const canvas = { width: width + 2 * sway, height: height + 2 * sway };

/** The card lies on a plain dark desk and fills most of the picture. */
async function onDesk(card: RgbImage): Promise<RgbImage> {
  const scene = plain([62, 52, 44]);
  const cardHeight = Math.round(height * 0.8);
  const sized = await resize(card, Math.round((card.width / card.height) * cardHeight), cardHeight);
  paste(scene, sized, (canvas.width - sized.width) >> 1, (canvas.height - sized.height) >> 1);
  return scene;
}

/** The portrait's upper part fills the picture, as a person does before a counter's camera. */
async function atCounter(portrait: RgbImage): Promise<RgbImage> {
  const scale = Math.max(canvas.width / portrait.width, canvas.height / portrait.height);
  const sized = await resize(portrait, Math.ceil(portrait.width * scale), Math.ceil(portrait.height * scale));
  return crop(sized, { x: (sized.width - canvas.width) >> 1, y: 0, ...canvas });
}

function plain(colour: readonly [number, number, number]): RgbImage {
  const data = new Uint8Array(canvas.width * canvas.height * 3);
  for (let i = 0; i < data.length; i += 3) data.set(colour, i);
  return { ...canvas, data };
}

function paste(scene: RgbImage, picture: RgbImage, left: number, top: number): void {
  for (let y = 0; y < picture.height; y += 1) {
    const row = picture.data.subarray(y * picture.width * 3, (y + 1) * picture.width * 3);
    scene.data.set(row, ((top + y) * scene.width + left) * 3);
  }
}
