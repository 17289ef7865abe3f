import { expect, it } from 'vitest';
import { deskAttests, findPinned } from './pinned-camera.ts';

const webcam = { fingerprint: 'a', label: 'Integrated Camera' };
const document = { fingerprint: 'b', label: 'IPEVO V4K' };
const twin = { fingerprint: 'c', label: 'IPEVO V4K' };

it('finds a camera by fingerprint first, then by a name that is its own', () => {
  expect(findPinned([webcam, document], { fingerprint: 'b', label: 'renamed' })).toBe(document);
  expect(findPinned([webcam, document], { fingerprint: 'gone', label: 'IPEVO V4K' })).toBe(document);
});

it('does not guess between two of a name, nor without one', () => {
  expect(findPinned([document, twin], { fingerprint: 'gone', label: 'IPEVO V4K' })).toBeUndefined();
  expect(findPinned([{ fingerprint: 'x', label: '' }], { fingerprint: 'gone', label: '' })).toBeUndefined();
  expect(findPinned([webcam], null)).toBeUndefined();
});

it('lets the signature of a desk speak for its own camera only', () => {
  const camera = { ...webcam, width: 1280, height: 720, frameRate: 30, pinned: true, simulated: false };
  expect(deskAttests(camera)).toBe(true);
  // No camera is set at this desk: there is none to hold this one against.
  expect(deskAttests({ ...camera, pinned: false })).toBe(true);
  expect(deskAttests({ ...camera, pinned: false, replacesPinned: true })).toBe(false);
  expect(deskAttests({ ...camera, label: 'OBS Virtual Camera' })).toBe(false);
  expect(deskAttests({ ...camera, label: 'OBS Virtual Camera', simulated: true })).toBe(true);
  expect(deskAttests(undefined)).toBe(true);
});
