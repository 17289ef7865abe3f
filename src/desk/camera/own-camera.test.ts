/** Which camera a desk calls its own: on a real store, with the devices' settings stood in for. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PinnedCamera } from '../../contract/desk/devices.ts';
import { defaultDeskSettings } from '../../contract/desk/devices.ts';
import {
  addOrganisation,
  openTestHouse,
  type TestHouse,
  type TestOrganisation,
} from '../../services/testing/test-house.ts';
import { realCamera } from '../onboarding/testing/fake-ports.ts';
import { ownFaceCamera } from './own-camera.ts';

let house: TestHouse;
let bank: TestOrganisation;
beforeAll(async () => {
  house = await openTestHouse();
  bank = await addOrganisation(house, 'Bank');
});
afterAll(() => house.close());

function desk(face: PinnedCamera | null = null) {
  const state = { face };
  const devices = {
    settings: () => ({ ...defaultDeskSettings, cameras: { card: null, face: state.face } }),
    pinFaceCamera: (camera: PinnedCamera) => {
      if (state.face !== null) return Promise.resolve(false);
      state.face = camera;
      return Promise.resolve(true);
    },
  };
  const { id, orgId } = bank.actor('staff');
  const operator = { id: id ?? '', orgId };
  return { state, own: (camera = realCamera) => ownFaceCamera(house.ctx, devices, operator, camera) };
}
const recorded = async () =>
  (await house.ctx.store.db.selectFrom('audit_log').selectAll().where('event', '=', 'camera.changed').execute()).length;

it('sets a desk without one to the first real camera, once and on record', async () => {
  const before = await recorded();
  const { state, own } = desk();
  expect(await own()).toMatchObject({ label: realCamera.label, pinned: true });
  expect(state.face).toEqual({ fingerprint: realCamera.fingerprint, label: realCamera.label });
  expect(await own()).toMatchObject({ pinned: true });
  const other = { ...realCamera, label: 'HD Pro Webcam C920', fingerprint: 'cd'.repeat(32), pinned: true };
  expect(await own(other)).toMatchObject({ label: other.label, pinned: false, replacesPinned: true });
  expect(state.face?.label).toBe(realCamera.label);
  expect(await recorded()).toBe(before + 1);
});

it('is set to no software camera and to no file', async () => {
  const before = await recorded();
  const { state, own } = desk();
  for (const camera of [{ label: 'OBS Virtual Camera' }, { fingerprint: 'file' }, { simulated: true }]) {
    expect(await own({ ...realCamera, ...camera, pinned: true })).toMatchObject({ pinned: false });
  }
  expect([state.face, await recorded()]).toEqual([null, before]);
});
