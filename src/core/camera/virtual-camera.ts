/**
 * Software cameras by the names they give themselves. A label can be forged, so it only ever adds doubt: a known virtual
 * camera sends the case to a supervisor, an ordinary label never clears one. Desk and record ask the same list.
 */

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

export function isVirtualCamera(label: string): boolean {
  const lower = label.toLowerCase();
  return virtualCameraMarks.some((mark) => lower.includes(mark));
}
