/**
 * The simulated camera of `--demo` and `--camera-file`: each picture is asked of the desk, which draws it under the
 * light that is on the screen at that moment. It says so in its identity, and the stage carries the mark SIMULASI.
 */
import type { DeskBridge } from '../../contract/desk/calls.ts';
import type { ScreenLight } from '../flash/screen-light.ts';
import type { CameraProblem, CameraScene, CameraSource, Grab, GrabSize } from './camera-source.ts';

interface SimulatedCameraOptions {
  readonly scene: CameraScene;
  readonly bridge: Pick<DeskBridge, 'call'>;
  readonly light: ScreenLight;
  readonly now?: () => number;
}

/** Between two live pictures, ms: enough to look alive, little enough to leave the machine to the checks. */
const refreshMs = 200;

async function shrink(grab: Grab, bitmap: ImageBitmap, size: GrabSize): Promise<Grab> {
  const scale = Math.min(1, (size.maxWidth ?? Infinity) / grab.width);
  if (scale === 1) return grab;
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(grab.width * scale);
  canvas.height = Math.round(grab.height * scale);
  canvas.getContext('2d', { alpha: false })?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', size.quality ?? 0.8));
  if (blob === null) return grab;
  return { jpeg: new Uint8Array(await blob.arrayBuffer()), width: canvas.width, height: canvas.height };
}

export function createSimulatedCamera({
  scene,
  bridge,
  light,
  now = () => performance.now(),
}: SimulatedCameraOptions): CameraSource {
  const view = document.createElement('canvas');
  view.className = 'camera-view';
  const began = now();
  let stopped = false;
  let size = { width: 0, height: 0 };
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function ask(): Promise<Grab | null> {
    const { color, prompt } = light.current();
    const answer = await bridge.call('simulator.frame', {
      scene,
      light: color,
      tMs: Math.max(0, now() - began),
      ...(prompt === null ? {} : { prompt }),
    });
    return answer.ok ? answer.value : null;
  }

  async function draw(grab: Grab): Promise<ImageBitmap | null> {
    const bitmap = await createImageBitmap(
      new Blob([grab.jpeg as Uint8Array<ArrayBuffer>], { type: 'image/jpeg' }),
    ).catch(() => null);
    if (bitmap === null || stopped) return null;
    size = { width: grab.width, height: grab.height };
    if (view.width !== grab.width || view.height !== grab.height) Object.assign(view, size);
    view.getContext('2d', { alpha: false })?.drawImage(bitmap, 0, 0);
    return bitmap;
  }

  async function refresh(): Promise<void> {
    // While a run owns the screen the picture is covered: leave the drawing to the frames that count.
    const grab = light.current().flashing ? null : await ask().catch(() => null);
    if (stopped) return;
    if (grab !== null) await draw(grab);
    if (!stopped) timer = setTimeout(() => void refresh(), refreshMs);
  }

  return {
    simulated: true,
    view,
    async start(): Promise<CameraProblem | null> {
      const first = await ask().catch(() => null);
      if (first === null || (await draw(first)) === null) return 'failed';
      timer = setTimeout(() => void refresh(), refreshMs);
      return null;
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
    async grab(wanted: GrabSize = {}): Promise<Grab | null> {
      const grab = await ask();
      if (grab === null || wanted.maxWidth === undefined || wanted.maxWidth >= grab.width) return grab;
      const bitmap = await createImageBitmap(
        new Blob([grab.jpeg as Uint8Array<ArrayBuffer>], { type: 'image/jpeg' }),
      ).catch(() => null);
      return bitmap === null ? grab : shrink(grab, bitmap, wanted);
    },
    hasNewFrame: () => true,
    identity: () => ({
      label: 'Simulasi',
      fingerprint: 'simulated',
      ...size,
      frameRate: 0,
      pinned: false,
      simulated: true,
    }),
    onEnded: () => () => undefined,
  };
}
