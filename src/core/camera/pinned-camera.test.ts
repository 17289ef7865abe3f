import { expect, it } from 'vitest';
import { deskAttests, findPinned, identified, pinnable } from './pinned-camera.ts';

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

const taken = { ...webcam, width: 1280, height: 720, frameRate: 30, pinned: true, simulated: false };

it('lets the signature of a desk speak for its own camera only', () => {
  expect(deskAttests({ camera: taken })).toBe(true);
  // No camera is set at this desk, or none took the pictures: nothing is known of them, which is no pass.
  expect(deskAttests({ camera: { ...taken, pinned: false } })).toBe(false);
  expect(deskAttests({})).toBe(false);
  expect(deskAttests(undefined)).toBe(false);
  expect(deskAttests({ camera: { ...taken, replacesPinned: true } })).toBe(false);
  expect(deskAttests({ camera: { ...taken, label: 'OBS Virtual Camera' } })).toBe(false);
});

it('takes a simulated camera only where the whole capture is signed as simulated', () => {
  const camera = { ...taken, pinned: false, simulated: true };
  expect(deskAttests({ camera, simulated: true })).toBe(true);
  expect(deskAttests({ camera: { ...camera, pinned: true } })).toBe(false);
});

it('says itself which camera is its own, whatever the page said', () => {
  const own = { fingerprint: 'a', label: 'Integrated Camera' };
  expect(identified({ ...taken, pinned: false, replacesPinned: true }, own)).toEqual(taken);
  expect(identified(taken, { fingerprint: 'b', label: 'IPEVO V4K' })).toEqual({
    ...taken,
    pinned: false,
    replacesPinned: true,
  });
  expect(identified(taken, null)).toEqual({ ...taken, pinned: false });
});

it('is set to nothing but a real device that can be known again', () => {
  const real = { fingerprint: 'ab'.repeat(32), label: 'Logitech BRIO', simulated: false };
  expect(pinnable(real)).toEqual({ fingerprint: real.fingerprint, label: real.label });
  for (const other of [{ simulated: true }, { label: '' }, { label: 'OBS Virtual Camera' }, { fingerprint: 'file' }]) {
    expect(pinnable({ ...real, ...other })).toBeNull();
  }
});
