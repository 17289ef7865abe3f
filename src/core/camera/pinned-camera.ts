/** Finding a camera again by what was remembered of it, and whether a desk's signature speaks for it. Pure. */
import type { CameraIdentity } from '../../contract/bundle.ts';
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

/**
 * True when the signature of a desk attests the pictures of this camera: not those of another one than the desk is set to, nor
 * those of a software camera. What is called simulated is judged as that.
 */
export function deskAttests(camera: CameraIdentity | undefined): boolean {
  if (camera === undefined || camera.simulated) return true;
  return camera.replacesPinned !== true && !isVirtualCamera(camera.label);
}
