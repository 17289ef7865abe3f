import { describe, expect, it } from 'vitest';
import { isVirtualCamera } from './virtual-camera.ts';

describe('virtual cameras', () => {
  it('are known by a part of their label, in any case', () => {
    for (const label of [
      'OBS Virtual Camera',
      'obs-camera (m-de:vice)',
      'ManyCam Video Source',
      'Dummy video device (0x0000)',
    ])
      expect([label, isVirtualCamera(label)]).toEqual([label, true]);
  });

  it('are not suspected in ordinary cameras', () => {
    for (const label of ['Integrated Camera (04f2:b6d9)', 'HD Pro Webcam C920', 'Logi 4K Stream Edition', ''])
      expect([label, isVirtualCamera(label)]).toEqual([label, false]);
  });
});
