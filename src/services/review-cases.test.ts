import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeskDelivery } from '../contract/desk/delivery.ts';
import { listReviewDecisions } from '../store/repositories/reviews.ts';
import { listEffectiveVerifications } from '../store/repositories/verifications.ts';
import { createCustomer } from './create-customer.ts';
import { decideReview } from './decide-review.ts';
import { ingestDeskCapture } from './ingest-desk-capture.ts';
import { listReviews } from './list-reviews.ts';
import { picture } from './testing/fake-vision.ts';
import { addOrganisation, deskCamera, deskCapture, openTestHouse, password, turnLeft } from './testing/test-house.ts';

let house: Awaited<ReturnType<typeof openTestHouse>>;
let bank: Awaited<ReturnType<typeof addOrganisation>>;
beforeAll(async () => {
  house = await openTestHouse();
  bank = await addOrganisation(house, 'Bank');
});
afterAll(() => house.close());

async function newCustomer(): Promise<string> {
  const made = await createCustomer(house.ctx, bank.actor('staff'), { fullName: 'SITI RAHMAWATI' });
  if (!made.ok) throw new Error(made.error.code);
  return made.value.id;
}

async function deliver(capture: ReturnType<typeof deskCapture>): Promise<DeskDelivery> {
  const done = await ingestDeskCapture(house.ctx, { orgId: bank.orgId, deskId: bank.deskId, capture });
  if (!done.ok) throw new Error(done.error.code);
  return done.value;
}

describe('a capture with two pending checks', () => {
  it('is one case with the reasons of both, and one decision settles both', async () => {
    const customerId = await newCustomer();
    const delivery = await deliver(deskCapture(house, 'face', customerId, [picture('still')]));
    expect(delivery.verifications.map((one) => [one.method, one.status])).toEqual([
      ['face_liveness', 'pending'],
      ['face_match', 'pending'],
    ]);
    const mine = async () =>
      (await listReviews(house.ctx, bank.actor('supervisor'), {}, { by: 'page', page: 1, limit: 100 })).rows.filter(
        (row) => row.customerId === customerId,
      );
    const [only, ...others] = await mine();
    expect(others).toEqual([]);
    expect(only?.reasons.map((reason) => reason.gate)).toEqual(expect.arrayContaining(['liveness', 'match']));
    const caseId = only?.id ?? '';
    const decided = await decideReview(house.ctx, bank.actor('supervisor'), {
      caseId,
      decision: 'reject',
      reasonCode: 'not_live',
      reason: 'a picture of a picture',
      password,
    });
    expect(decided).toMatchObject({ ok: true, value: { status: 'rejected' } });
    const rows = await listEffectiveVerifications(house.ctx.store.db, bank.orgId, customerId);
    expect(rows.map((row) => row.effectiveStatus)).toEqual(['failed', 'failed']);
    expect(await listReviewDecisions(house.ctx.store.db, bank.orgId, caseId)).toHaveLength(2);
    expect((await mine()).map((row) => row.status)).toEqual(['rejected']);
  });
});

describe('a session that was handed over', () => {
  it('is decided by nobody who served in it', async () => {
    const customerId = await newCustomer();
    const at = '2026-03-02T03:00:00.000Z';
    const [first, last] = [bank.actor('supervisor').id ?? '', bank.actor('staff').id ?? ''];
    const evidence = {
      operatorId: last,
      operators: [
        { id: first, from: at },
        { id: last, from: at },
      ],
    };
    await deliver(deskCapture(house, 'face', customerId, [picture('still', 'handed over')], evidence));
    const listed = await listReviews(house.ctx, bank.actor('supervisor'), {}, { by: 'page', page: 1, limit: 100 });
    const mine = listed.rows.find((row) => row.customerId === customerId);
    // The only supervisor served in it first, so it goes to compliance at once.
    expect(mine).toMatchObject({ ownCapture: true, operatorId: last, status: 'escalated' });
    const attempt = {
      caseId: mine?.id ?? '',
      decision: 'reject',
      reasonCode: 'not_live',
      reason: 'a picture of a picture',
      password,
    } as const;
    expect(await decideReview(house.ctx, bank.actor('supervisor'), attempt)).toMatchObject({
      ok: false,
      error: { code: 'four_eyes' },
    });
  });
});

describe('a camera that is not the one of this desk', () => {
  let customerId: string;
  beforeAll(async () => {
    customerId = await newCustomer();
    await deliver(deskCapture(house, 'ktp', customerId, [picture('card', 'real')]));
  });
  const seen = async (given: { label: string; pinned?: boolean; replacesPinned?: boolean }) => {
    const evidence = { camera: { ...deskCamera, ...given }, prompts: [turnLeft] };
    const name = `${given.label} ${given.pinned === true} ${given.replacesPinned === true}`;
    const capture = deskCapture(house, 'face', customerId, [picture('alive', name)], evidence);
    const { verifications, reasons } = await deliver(capture);
    return [verifications[0]?.status, reasons.map(({ code }) => code)] as const;
  };

  it('a software camera is doubted by the record whatever the desk said of it', async () => {
    const [status, codes] = await seen({ label: 'HD Pro Webcam C920' });
    expect([status, codes.includes('stream_irregular')]).toEqual(['verified', false]);
    const [doubted, why] = await seen({ label: 'OBS Virtual Camera' });
    expect([doubted, why.includes('stream_irregular')]).toEqual(['pending', true]);
  });

  it("the desk's signature attests no other camera than the one it is set to", async () => {
    const { label } = deskCamera;
    expect((await seen({ label }))[0]).toBe('verified');
    // Another camera than the desk's, or a desk that is set to none: nobody vouches for the pictures.
    for (const replacesPinned of [true, false]) {
      const [status, codes] = await seen({ label, pinned: false, ...(replacesPinned ? { replacesPinned } : {}) });
      expect([status, codes.includes('attestation_missing')]).toEqual(['pending', true]);
    }
  });
});
