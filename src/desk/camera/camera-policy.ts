/**
 * What a camera's name gives away. A label proves nothing by itself (it can be forged), so it only ever adds doubt:
 * a known virtual camera sends the case to a supervisor, an ordinary label never clears one.
 */
import type { CameraIdentity } from '../../contract/bundle.ts';
import type { Reason } from '../../contract/reasons.ts';

/** Parts of labels under which software cameras present themselves, lower case. */
const virtualCameraMarks: readonly string[] = [
  'obs virtual',
  'obs-camera',
  'obs camera',
  'virtual cam',
  'virtual video',
  'v4l2loopback',
  'v4l2 loopback',
  'dummy video device',
  'manycam',
  'snap camera',
  'xsplit',
  'splitcam',
  'droidcam',
  'iriun',
  'epoccam',
  'camtwist',
  'sparkocam',
  'webcamoid',
  'youcam',
  'mmhmm',
  'nvidia broadcast',
  'ndi video',
  'ndi webcam',
  'akvcam',
  'unity video capture',
  'e2esoft',
  'vcam',
  'fakewebcam',
  'fake_device',
  'screen capture',
  'screencamera',
];

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
  const label = camera.label.toLowerCase();
  const virtual = !simulated && virtualCameraMarks.some((mark) => label.includes(mark));
  const reasons: Reason[] = [];
  if (simulated) reasons.push({ code: 'simulated_capture', gate });
  if (virtual) reasons.push({ code: 'stream_irregular', gate });
  return { simulated, virtual, reasons };
}
