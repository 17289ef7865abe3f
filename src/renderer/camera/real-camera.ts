/** getUserMedia behind `CameraSource`. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { PinnedCamera } from '../../contract/desk/devices.ts';
import { findPinned } from '../../core/camera/pinned-camera.ts';
import type { CameraChoice, CameraProblem, CameraScene, CameraSource, Grab, GrabSize } from './camera-source.ts';

/** A card needs letters, a face needs frames per second. */
const wanted: Record<CameraScene, MediaTrackConstraints> = {
  card: { width: { ideal: 1920 }, height: { ideal: 1080 } },
  face: { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } },
};

/** The browser's error name in our words (W3C Media Capture and Streams, §10). */
export function cameraProblem(error: unknown): CameraProblem {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'none';
  if (name === 'NotReadableError' || name === 'AbortError') return 'busy';
  return 'failed';
}

function fingerprintOf(deviceId: string): string {
  return bytesToHex(sha256(utf8ToBytes(deviceId)));
}

/** Told when cameras come or go. */
export function onCamerasChanged(listener: () => void): () => void {
  const devices = navigator.mediaDevices;
  devices?.addEventListener?.('devicechange', listener);
  return () => devices?.removeEventListener?.('devicechange', listener);
}

/** Cameras by name. Names are empty until the person allowed the camera once. */
export async function listCameras(): Promise<CameraChoice[]> {
  const devices = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
  return devices
    .filter((device) => device.kind === 'videoinput' && device.deviceId !== '')
    .map(({ deviceId, label }) => ({ deviceId, label, fingerprint: fingerprintOf(deviceId) }));
}

function encode(canvas: HTMLCanvasElement, quality: number): Promise<Uint8Array | null> {
  return new Promise((done) => {
    canvas.toBlob(
      (blob) => {
        if (blob === null) done(null);
        else
          blob.arrayBuffer().then(
            (bytes) => done(new Uint8Array(bytes)),
            () => done(null),
          );
      },
      'image/jpeg',
      quality,
    );
  });
}

function openStream(scene: CameraScene, deviceId: string | null): Promise<MediaStream> {
  const video = { ...wanted[scene], ...(deviceId === null ? {} : { deviceId: { exact: deviceId } }) };
  return navigator.mediaDevices.getUserMedia({ audio: false, video });
}

/**
 * `deviceId` null = whichever the browser offers first. A remembered camera that is gone falls back to that too.
 * @param pinned the camera the desk is set to for this scene, if any
 */
export function createRealCamera(
  scene: CameraScene,
  deviceId: string | null,
  pinned: PinnedCamera | null = null,
): CameraSource {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.className = 'camera-view';
  const canvas = document.createElement('canvas');
  const ended = new Set<() => void>();
  let stream: MediaStream | null = null;
  let stopped = false;
  let presented = 0;
  let grabbed = -1;

  const watch = () => {
    video.requestVideoFrameCallback(() => {
      presented += 1;
      if (!stopped) watch();
    });
  };
  const track = () => stream?.getVideoTracks()[0];

  async function start(): Promise<CameraProblem | null> {
    if (navigator.mediaDevices?.getUserMedia === undefined) return 'failed';
    try {
      stream = await openStream(scene, deviceId).catch((error: unknown) => {
        if (deviceId !== null && cameraProblem(error) === 'none') return openStream(scene, null);
        throw error;
      });
    } catch (error) {
      return cameraProblem(error);
    }
    if (stopped) {
      for (const each of stream.getTracks()) each.stop();
      return 'failed';
    }
    track()?.addEventListener('ended', () => {
      for (const listener of ended) listener();
    });
    video.srcObject = stream;
    await video.play().catch(() => undefined);
    watch();
    return null;
  }

  async function grab(size: GrabSize = {}): Promise<Grab | null> {
    if (video.videoWidth === 0 || stopped) return null;
    const scale = Math.min(1, (size.maxWidth ?? Infinity) / video.videoWidth);
    const width = Math.round(video.videoWidth * scale);
    const height = Math.round(video.videoHeight * scale);
    // toBlob copies the pixels before it returns, so one canvas serves overlapping grabs.
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const context = canvas.getContext('2d', { alpha: false });
    if (context === null) return null;
    context.drawImage(video, 0, 0, width, height);
    grabbed = presented;
    const jpeg = await encode(canvas, size.quality ?? 0.9);
    return jpeg === null ? null : { jpeg, width, height };
  }

  return {
    simulated: false,
    view: video,
    start,
    stop() {
      stopped = true;
      for (const each of stream?.getTracks() ?? []) each.stop();
      video.srcObject = null;
      ended.clear();
    },
    grab,
    hasNewFrame: () => presented !== grabbed,
    identity() {
      const settings = track()?.getSettings() ?? {};
      const label = (track()?.label ?? '').slice(0, 200);
      const fingerprint = fingerprintOf(settings.deviceId ?? '');
      const isPinned = findPinned([{ label, fingerprint }], pinned) !== undefined;
      return {
        label,
        fingerprint,
        width: video.videoWidth,
        height: video.videoHeight,
        frameRate: settings.frameRate ?? 0,
        pinned: isPinned,
        ...(pinned !== null && !isPinned ? { replacesPinned: true } : {}),
        simulated: false,
      };
    },
    onEnded(listener) {
      ended.add(listener);
      return () => ended.delete(listener);
    },
  };
}
