/** Finding a camera again by what was remembered of it. Pure. */
import type { PinnedCamera } from '../../contract/desk/devices.ts';

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
