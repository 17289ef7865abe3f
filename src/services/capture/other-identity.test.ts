/** Same NIK, other face; same face, other NIK, while the first capture still waits. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { known } from '../../contract/facts.ts';
import type { Reason } from '../../contract/reasons.ts';
import type { CaptureKind } from '../../contract/vocabulary.ts';
import { printedNik } from '../../core/ktp/testing/compose-reading.ts';
import { checkLiveness } from '../check-liveness.ts';
import type { Actor } from '../context.ts';
import { createCustomer } from '../create-customer.ts';
import { ingestDeskCapture } from '../ingest-desk-capture.ts';
import { issueChallenge } from '../issue-challenge.ts';
import { caseDetail } from '../review-desk/case-detail.ts';
import { picture, templateOf, type Scene } from '../testing/fake-vision.ts';
import {
  addOrganisation,
  deskCapture,
  openTestHouse,
  signedBundle,
  turnLeft,
  type TestHouse,
  type TestOrganisation,
} from '../testing/test-house.ts';

let house: TestHouse;
let own: TestOrganisation;
let actor: Actor;
beforeEach(async () => {
  house = await openTestHouse();
  own = await addOrganisation(house, 'Bank');
  actor = (await own.key()).actor;
});
afterEach(() => house.close());

const subject = { subject: { fullName: 'SITI RAHMAWATI', nik: printedNik } };
async function deliver(kind: CaptureKind, customerId: string, scene: Scene, evidence = {}) {
  const capture = deskCapture(house, kind, customerId, [picture(scene, customerId)], {
    prompts: [turnLeft],
    operatorId: own.people.staff.id,
    ...evidence,
  });
  return { result: await ingestDeskCapture(house.ctx, { orgId: own.orgId, deskId: own.deskId, capture }) };
}

describe('a card', () => {
  it('with the NIK of a customer but another portrait goes to review, and takes nothing from his references', async () => {
    await deliver('ktp', 'cus_DRAFT9', 'card', subject);
    const references = () =>
      house.ctx.store.db.selectFrom('enrolments').select(['id', 'active', 'source']).orderBy('id').execute();
    const before = await references();
    const real = house.vision.analyseCard;
    const otherPortrait: typeof real = async (request) => {
      const facts = await real(request);
      if (!facts.portrait.available) throw new Error('no portrait');
      return { ...facts, portrait: known({ ...facts.portrait.value, template: known(templateOf(7)) }) };
    };
    Object.assign(house.vision, { analyseCard: otherPortrait });
    const { result } = await deliver('ktp', 'cus_DRAFT10', 'card', subject);
    if (!result.ok) throw new Error(result.error.code);
    expect(result.value).toMatchObject({ customerId: 'cus_DRAFT9' });
    const card = result.value.verifications.find(({ method }) => method === 'ktp_capture');
    expect(card?.status).toBe('pending');
    const { reasons } = await house.ctx.store.db
      .selectFrom('verifications')
      .select('reasons')
      .where('id', '=', card?.id ?? '')
      .executeTakeFirstOrThrow();
    expect((JSON.parse(reasons) as Reason[]).map(({ code }) => code)).toContain('face_differs_from_record');
    expect(await references()).toEqual(expect.arrayContaining(before));
    // The first card's face still answers for the customer.
    const selfie = await deliver('face', 'cus_DRAFT9', 'alive');
    expect(selfie.result.ok && selfie.result.value.match?.verdict).toBe('match');
  });

  it('waiting for review is found by its portrait when the same face comes with another NIK', async () => {
    const real = house.vision.analyseFace;
    const cut: typeof real = async (request) => {
      const facts = await real(request);
      return { ...facts, renditions: { ...facts.renditions, aligned: request.frames[0]! } };
    };
    Object.assign(house.vision, { analyseFace: cut });
    const pending = await deliver('ktp', 'cus_DRAFT11', 'still-card', {
      subject: { fullName: 'SITI RAHMAWATI', nik: printedNik },
    });
    if (!pending.result.ok) throw new Error(pending.result.error.code);
    expect(pending.result.value.verifications).toMatchObject([{ method: 'ktp_capture', status: 'pending' }]);
    const made = await createCustomer(house.ctx, actor, { fullName: 'DEWI LAIN' });
    if (!made.ok) throw new Error(made.error.code);
    const second = made.value.id;
    const issued = await issueChallenge(house.ctx, actor, { customerId: second, purpose: 'face' });
    if (!issued.ok) throw new Error(issued.error.code);
    const bundle = signedBundle(house, issued.value, [picture('alive')]);
    const live = await checkLiveness(house.ctx, actor, { customerId: second, bundle });
    if (!live.ok) throw new Error(live.error.code);
    expect(live.value.answer.reasons.map(({ code }) => code)).toContain('duplicate_face');
    expect(live.value.answer.verification.status).toBe('pending');
    const shown = await caseDetail(house.ctx, own.actor('supervisor'), live.value.answer.reviewCaseId ?? '');
    if (!shown.ok) throw new Error(shown.error.code);
    expect(shown.value.duplicates).toMatchObject([{ customerId: 'cus_DRAFT11', by: 'face' }]);
    expect(shown.value.duplicates[0]?.crop).toEqual(picture('card', 'portrait'));
  });
});
