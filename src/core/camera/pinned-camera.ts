/** Finding a camera again by what was remembered of it, and whether a desk's signature speaks for it. Pure. */
import type { CameraIdentity, Evidence } from '../../contract/bundle.ts';
import type { PinnedCamera } from '../../contract/desk/devices.ts';
import { isVirtualCamera } from './virtual-camera.ts';

/**
 * The camera that was pinned: by fingerprint, else by its name where only one bears it (a browser whose data was cleared
 * gives the same camera another id). Undefined when it is not there.
 */
export function findPinned<T extends PinnedCamera>(cameras: readonly T[], pinned: PinnedCamera | null): T | undefined {
  if (pinned === null) return undefined;
  const same = cameras.find((camera) => camera.fingerprint === pinned.fingerprint);
  if (same !== undefined) return same;
  const named = cameras.filter((camera) => camera.label !== '' && camera.label === pinned.label);
  return named.length === 1 ? named[0] : undefined;
}

/** A real device that can be known again: what a desk without a camera of its own may be set to. */
export function pinnable(camera: Pick<CameraIdentity, 'fingerprint' | 'label' | 'simulated'>): PinnedCamera | null {
  const { fingerprint, label } = camera;
  if (camera.simulated || isVirtualCamera(label) || label === '' || !/^[0-9a-f]{64}$/.test(fingerprint)) return null;
  return { fingerprint, label };
}

/**
 * What a desk says of a camera: whether it is the one it is set to, by its own settings. What the page said of that is
 * replaced.
 */
export function identified(camera: CameraIdentity, pinned: PinnedCamera | null): CameraIdentity {
  const { replacesPinned: _said, ...rest } = camera;
  const own = findPinned([camera], pinned) !== undefined;
  return { ...rest, pinned: own, ...(pinned === null || own ? {} : { replacesPinned: true }) };
}

/**
 * True when the signature of a desk attests these pictures: of the camera the desk is set to, and of no other. Not those of a
 * camera nobody set, nor of a software camera, nor pictures without a camera: the voter is absent then, which is no pass. What
 * is signed as simulated is judged as that; only a sandbox takes it.
 */
export function deskAttests(evidence: Pick<Evidence, 'camera' | 'simulated'> | undefined): boolean {
  if (evidence?.simulated === true) return true;
  const camera = evidence?.camera;
  if (camera === undefined || camera.simulated) return false;
  return camera.pinned && camera.replacesPinned !== true && !isVirtualCamera(camera.label);
}
