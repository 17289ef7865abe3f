import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ingestDeskCapture } from './ingest-desk-capture.ts';
import type { Actor } from './context.ts';
import { createCustomer } from './create-customer.ts';
import { picture } from './testing/fake-vision.ts';
import {
  addOrganisation,
  deskCapture,
  openTestHouse,
  turnLeft,
  type TestHouse,
  type TestOrganisation,
} from './testing/test-house.ts';
import { addWatchedFace, removeWatchedFace, watchedFaces } from './watched-faces.ts';

let house: TestHouse;
let own: TestOrganisation;
let actor: Actor;

beforeEach(async () => {
  house = await openTestHouse();
  own = await addOrganisation(house, 'Bank');
  actor = own.actor('admin');
});
afterEach(() => house.close());

const photo = picture('alive');
const staff = () => ({ kind: 'staff', userId: own.people.staff.id, reason: 'member of staff', photo }) as const;
const blocked = { kind: 'blocked', reason: 'fraud case 12', photo } as const;

async function added(input: Parameters<typeof addWatchedFace>[2]): Promise<string> {
  const done = await addWatchedFace(house.ctx, actor, input);
  if (!done.ok) throw new Error(done.error.message);
  return done.value.id;
}

/** A selfie of the person of the scene `alive`, taken by the staff member. */
async function selfie(operatorId = own.people.staff.id) {
  const made = await createCustomer(house.ctx, (await own.key()).actor, { fullName: 'SITI RAHMAWATI' });
  if (!made.ok) throw new Error(made.error.code);
  const capture = deskCapture(house, 'face', made.value.id, [picture('alive', made.value.id)], {
    prompts: [turnLeft],
    operatorId,
  });
  const done = await ingestDeskCapture(house.ctx, { orgId: own.orgId, deskId: own.deskId, capture });
  if (!done.ok) throw new Error(done.error.message);
  const liveness = done.value.verifications.find(({ method }) => method === 'face_liveness');
  const rows = await house.ctx.store.db
    .selectFrom('verifications')
    .select(['reasons', 'status'])
    .where('id', '=', liveness!.id)
    .execute();
  const reasons = JSON.parse(rows[0]!.reasons) as { code: string }[];
  return { status: rows[0]!.status, codes: reasons.map(({ code }) => code), reviewCaseId: done.value.reviewCaseId };
}

describe('watched faces', () => {
  it('lets an unwatched face through', async () => {
    expect(await selfie()).toMatchObject({ status: 'verified', codes: [] });
  });

  it('sends staff who onboard themselves to review, and colleagues too', async () => {
    await added(staff());
    const self = await selfie();
    expect(self).toMatchObject({ status: 'pending', codes: ['face_of_operator'] });
    expect(self.reviewCaseId).not.toBeNull();
    expect(await selfie(own.people.supervisor.id)).toMatchObject({ status: 'pending', codes: ['face_of_staff'] });
  });

  it('sends a blocked face to review, until it is removed', async () => {
    const id = await added(blocked);
    expect(await selfie()).toMatchObject({ status: 'pending', codes: ['face_blocked'] });
    expect(await removeWatchedFace(house.ctx, actor, id)).toMatchObject({ ok: true });
    expect(await removeWatchedFace(house.ctx, actor, id)).toMatchObject({ ok: false, error: { code: 'not_found' } });
    expect((await selfie()).codes).toEqual([]);
    const left = await house.ctx.store.db.selectFrom('watched_faces').select(['template']).execute();
    expect(left.map(({ template }) => template.byteLength)).toEqual([0]);
  });

  it('lets nobody take his own face off the list', async () => {
    const id = await added({ ...staff(), userId: own.people.admin.id });
    expect(await removeWatchedFace(house.ctx, actor, id)).toMatchObject({ ok: false, error: { code: 'four_eyes' } });
    expect(await watchedFaces(house.ctx, own.orgId)).toMatchObject([{ id, createdBy: own.people.admin.id }]);
    expect(await removeWatchedFace(house.ctx, own.actor('supervisor'), id)).toMatchObject({ ok: true });
  });

  it('keeps organisations apart', async () => {
    const other = await addOrganisation(house, 'Other');
    await addWatchedFace(house.ctx, other.actor('admin'), blocked);
    expect((await selfie()).codes).toEqual([]);
    expect(await watchedFaces(house.ctx, own.orgId)).toEqual([]);
    const foreign = await addWatchedFace(house.ctx, other.actor('admin'), staff());
    expect(foreign).toMatchObject({ ok: false, error: { code: 'not_found' } });
  });

  it('refuses a picture without one face, a face of staff without its user, and no reason', async () => {
    const refusal = async (input: Parameters<typeof addWatchedFace>[2]) => {
      const done = await addWatchedFace(house.ctx, actor, input);
      return done.ok ? 'ok' : done.error.code;
    };
    expect(await refusal({ ...blocked, photo: picture('nobody') })).toBe('reference_unusable');
    expect(await refusal({ kind: 'staff', reason: 'no user', photo })).toBe('validation_failed');
    expect(await refusal({ ...blocked, userId: own.people.staff.id })).toBe('validation_failed');
    expect(await refusal({ ...blocked, reason: ' x ' })).toBe('validation_failed');
  });
});
