import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkLiveness } from '../check-liveness.ts';
import type { Actor } from '../context.ts';
import { issueChallenge } from '../issue-challenge.ts';
import { eraseCustomer } from '../erase-customer.ts';
import { duplicateThreshold } from '../../core/duplicates/judge-duplicates.ts';
import { shippedCalibrations } from '../match-thresholds.ts';
import { changeSettings } from '../set-up-organisation.ts';
import { picture, templateOf } from '../testing/fake-vision.ts';
import {
  addOrganisation,
  openTestHouse,
  signedBundle,
  type TestHouse,
  type TestOrganisation,
} from '../testing/test-house.ts';
import { findDuplicates } from './find-duplicates.ts';
import { shippedTails } from './shipped-tails.ts';
import { enrolledPeople, type EnrolledPeople } from './testing/enrolled-people.ts';

let house: TestHouse;
let own: TestOrganisation;
let actor: Actor;
let customer: EnrolledPeople['customer'];
let enrolled: EnrolledPeople['enrolled'];
let look: EnrolledPeople['look'];

beforeEach(async () => {
  house = await openTestHouse();
  own = await addOrganisation(house, 'Bank');
  actor = (await own.key()).actor;
  ({ customer, enrolled, look } = enrolledPeople(house, actor));
});
afterEach(() => house.close());

describe('duplicates', () => {
  it('finds the face under another identity, with what was measured', async () => {
    const first = await customer();
    const enrolmentId = await enrolled(first, 3);
    const second = await customer();
    const finding = await look(second, 3);
    expect(finding.hits).toEqual([{ enrolmentId, customerId: first, similarity: expect.closeTo(1, 5) as number }]);
    expect(finding.reasons.map((reason) => reason.code)).toEqual(['duplicate_face']);
    expect((await look(second, 4)).hits).toEqual([]);
  });

  it('is not the customer himself, nor anybody of another organisation', async () => {
    const first = await customer();
    await enrolled(first, 3);
    expect((await look(first, 3)).hits).toEqual([]);
    const other = await addOrganisation(house, 'Other');
    expect((await look('cus_x', 3, other.orgId)).hits).toEqual([]);
  });

  it('sees what was enrolled since the last look, and no longer what was retired or erased', async () => {
    const first = await customer();
    const second = await customer();
    expect((await look(second, 3)).enrolled).toBe(0);
    await enrolled(first, 3);
    expect((await look(second, 3)).hits).toHaveLength(1);
    // A newer picture of the same source retires the older one.
    await enrolled(first, 4);
    expect((await look(second, 3)).hits).toEqual([]);
    expect((await look(second, 4)).hits).toHaveLength(1);
    const erased = await eraseCustomer(house.ctx, own.actor('compliance'), {
      customerId: first,
      reason: 'asked for it',
      requestedBy: 'dpo',
    });
    expect(erased.ok && erased.value.erasedAt).not.toBeNull();
    expect((await look(second, 4)).hits).toEqual([]);
  });

  it('goes by the rule of thumb for a model nobody measured, and by the bank’s tail once it set one', async () => {
    await enrolled(await customer(), 3);
    const second = await customer();
    expect(await look(second, 3)).toMatchObject({ basis: 'rule_of_thumb', threshold: 0.55, extrapolated: true });
    // So far out that no cosine but the highest counts: the bank's own numbers decide.
    const tail = { modelId: 'test-model', from: 0.7, share: 0.01, scale: 0.05, pairs: 4000 };
    const changed = await changeSettings(house.ctx, own.actor('admin'), {
      'duplicates.tail': JSON.stringify(tail),
      'duplicates.falseHits': '0.001',
    });
    if (!changed.ok) throw new Error(changed.error.message);
    const finding = await house.ctx.store.transaction((trx) =>
      findDuplicates(house.ctx, trx, {
        orgId: own.orgId,
        customerId: second,
        probe: templateOf(3),
        settings: changed.value,
      }),
    );
    // FMR 0.001 of one face: ln 10 scales above the start, cut at 0.8.
    expect(finding).toMatchObject({ basis: 'organisation_tail', threshold: 0.8, extrapolated: false });
    expect(finding.hits).toHaveLength(1);
  });

  it('ships a tail for the recogniser it ships thresholds for', () => {
    const models = new Set(shippedCalibrations().map(({ modelId }) => modelId));
    expect(new Set(shippedTails().map(({ modelId }) => modelId))).toEqual(models);
    for (const tail of shippedTails()) {
      expect(
        duplicateThreshold({ modelId: tail.modelId, floor: 0.5, enrolled: 100_000, own: {}, shipped: [tail] }),
      ).toMatchObject({ basis: 'measured_tail', extrapolated: true });
    }
  });

  it('sends a live face that another customer has to review, with its reason', async () => {
    const first = await customer();
    // The person of the scene `alive`.
    await enrolled(first, 0);
    const second = await customer();
    const issued = await issueChallenge(house.ctx, actor, { customerId: second, purpose: 'face' });
    if (!issued.ok) throw new Error(issued.error.code);
    const answer = await checkLiveness(house.ctx, actor, {
      customerId: second,
      bundle: signedBundle(house, issued.value, [picture('alive')]),
    });
    if (!answer.ok) throw new Error(answer.error.code);
    expect(answer.value.answer.reasons.map((reason) => reason.code)).toContain('duplicate_face');
    expect(answer.value.answer.verification.status).not.toBe('verified');
    const row = await house.ctx.store.db
      .selectFrom('verifications')
      .select('detail')
      .where('id', '=', answer.value.answer.verification.id)
      .executeTakeFirstOrThrow();
    expect(JSON.parse(row.detail)).toMatchObject({ duplicateSearch: { enrolled: 1, basis: 'rule_of_thumb' } });
  });
});
