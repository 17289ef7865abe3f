/**
 * What a camera's name gives away. A label proves nothing by itself (it can be forged), so it only ever adds doubt:
 * a known virtual camera sends the case to a supervisor, an ordinary label never clears one.
 */
import type { CameraIdentity } from '../../contract/bundle.ts';
import type { Reason } from '../../contract/reasons.ts';
import { isVirtualCamera } from '../../core/camera/virtual-camera.ts';

export interface CameraFinding {
  readonly simulated: boolean;
  readonly virtual: boolean;
  readonly reasons: readonly Reason[];
}

/**
 * Judges a camera by what it says of itself. `simulated` when the camera says so or the station runs on a simulator:
 * a page cannot talk a simulated capture into a real one.
 */
export function judgeCamera(
  camera: CameraIdentity,
  simulatorConfigured: boolean,
  gate: 'ktp' | 'liveness',
): CameraFinding {
  const simulated = camera.simulated || simulatorConfigured;
  const virtual = !simulated && isVirtualCamera(camera.label);
  const reasons: Reason[] = [];
  if (simulated) reasons.push({ code: 'simulated_capture', gate });
  if (virtual) reasons.push({ code: 'stream_irregular', gate });
  return { simulated, virtual, reasons };
}
