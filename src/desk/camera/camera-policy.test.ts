import { describe, expect, it } from 'vitest';
import type { CameraIdentity } from '../../contract/bundle.ts';
import { judgeCamera } from './camera-policy.ts';

const camera = (label: string, simulated = false): CameraIdentity => ({
  label,
  fingerprint: 'f'.repeat(64),
  width: 1280,
  height: 720,
  frameRate: 30,
  pinned: false,
  simulated,
});

describe('judgeCamera', () => {
  it.each(['OBS Virtual Camera', 'ManyCam Virtual Webcam', 'Dummy video device (0x0000)', 'NDI Webcam Video 1'])(
    'doubts %s',
    (label) => {
      const finding = judgeCamera(camera(label), false, 'liveness');
      expect(finding.virtual).toBe(true);
      expect(finding.reasons).toEqual([{ code: 'stream_irregular', gate: 'liveness' }]);
    },
  );

  it.each(['Logitech BRIO (046d:085e)', 'Integrated Camera', ''])('says nothing about %s', (label) => {
    expect(judgeCamera(camera(label), false, 'ktp')).toEqual({ simulated: false, virtual: false, reasons: [] });
  });

  it('marks a capture simulated when the camera admits it or the station runs on a simulator', () => {
    expect(judgeCamera(camera('x', true), false, 'ktp').simulated).toBe(true);
    expect(judgeCamera(camera('Logitech BRIO'), true, 'ktp').simulated).toBe(true);
    expect(judgeCamera(camera('Logitech BRIO'), true, 'ktp').reasons.map((reason) => reason.code)).toEqual([
      'simulated_capture',
    ]);
  });
});
