/** What the use cases tell of themselves: exactly the documented data, once for each record, and nothing else. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Value } from 'typebox/value';
import { envelopeOf, subscribableEvents, type WebhookEvent } from '../../contract/api/webhooks.ts';
import { fail } from '../../contract/result.ts';
import { addCustomer, createCustomer } from '../create-customer.ts';
import { decideReview } from '../decide-review.ts';
import { ingestDeskCapture } from '../ingest-desk-capture.ts';
import { picture } from '../testing/fake-vision.ts';
import {
  addOrganisation,
  deskCapture,
  openTestHouse,
  password,
  type TestHouse,
  type TestOrganisation,
} from '../testing/test-house.ts';
import { undoable } from '../undoable.ts';
import { createWebhook, deleteWebhook } from './manage-webhooks.ts';

let house: TestHouse;
let bank: TestOrganisation;
let webhookId: string;
const name = 'SITI RAHMAWATI';
const nik = '3171044507900003';

beforeAll(async () => {
  house = await openTestHouse();
});
afterAll(() => house.close());
let serial = 0;
beforeEach(async () => {
  // The desk of this installation belongs to the first organisation.
  bank ??= await addOrganisation(house, `Bank${(serial += 1)}`);
  const made = await createWebhook(
    house.ctx,
    bank.actor('admin'),
    { url: 'https://hooks.bank.test/', events: [...subscribableEvents] },
    () => Promise.resolve(['1.1.1.1']),
  );
  if (!made.ok) throw new Error(made.error.code);
  if (webhookId !== undefined) await deleteWebhook(house.ctx, bank.actor('admin'), webhookId);
  webhookId = made.value.id;
});

/** What waits for this test's webhook, in the order it happened. */
async function told(): Promise<readonly { event: WebhookEvent; data: Record<string, unknown>; text: string }[]> {
  const rows = await house.ctx.store.db
    .selectFrom('webhook_deliveries as d')
    .innerJoin('webhook_events as e', 'e.id', 'd.event_id')
    .select(['e.event', 'e.body'])
    .where('d.webhook_id', '=', webhookId)
    .orderBy('e.id')
    .execute();
  return rows.map(({ event, body }) => {
    const envelope = JSON.parse(body) as { data: Record<string, unknown> };
    const known = event as WebhookEvent;
    expect([event, [...Value.Errors(envelopeOf(known), envelope)]]).toEqual([event, []]);
    return { event: known, data: envelope.data, text: body };
  });
}

describe('a new customer with a NIK', () => {
  it('is a check and a tier', async () => {
    const made = await createCustomer(house.ctx, bank.actor('staff'), { fullName: name, nik });
    if (!made.ok) throw new Error(made.error.code);
    const events = await told();
    expect(events.map(({ event, data }) => ({ event, data }))).toEqual([
      {
        event: 'verification.created',
        data: {
          verificationId: expect.stringMatching(/^ver_/),
          customerId: made.value.id,
          method: 'nik_format',
          status: 'verified',
          score: 100,
        },
      },
      {
        event: 'customer.kyc_updated',
        data: {
          customerId: made.value.id,
          kycLevel: 'basic',
          kycLastVerifiedAt: house.now.toISOString(),
          kycExpiresAt: made.value.kycExpiresAt,
        },
      },
    ]);
  });

  it('that is undone tells nothing', async () => {
    const undone = await undoable(house.ctx, async (trx) => {
      await addCustomer(house.ctx, trx, bank.actor('staff'), { fullName: name, nik: '3171045507900004' });
      return fail('unavailable', 'not after all');
    });
    expect(undone.ok).toBe(false);
    expect(await told()).toEqual([]);
  });
});

describe('captures and decisions', () => {
  it('tell each check, each change of tier and each overruling, without a name, a NIK or a picture', async () => {
    const deliver = async (kind: 'ktp' | 'face', scene: 'still-card' | 'alive') => {
      const capture = deskCapture(house, kind, customerId, [picture(scene, `${(serial += 1)}`)], {
        prompts: kind === 'face' ? [{ kind: 'turn_left', fromMs: 2000, toMs: 2500 }] : [],
      });
      const done = await ingestDeskCapture(house.ctx, { orgId: bank.orgId, deskId: bank.deskId, capture });
      if (!done.ok) throw new Error(done.error.code);
      return done.value;
    };
    const made = await createCustomer(house.ctx, bank.actor('staff'), { fullName: name });
    const customerId = made.ok ? made.value.id : '';
    const card = await deliver('ktp', 'still-card');
    const pending = card.verifications[0];
    expect(pending?.status).toBe('pending');
    const decided = await decideReview(house.ctx, bank.actor('supervisor'), {
      caseId: card.reviewCaseId ?? '',
      decision: 'approve',
      reasonCode: 'original_seen',
      reason: 'seen at the counter',
      password,
    });
    expect(decided.ok).toBe(true);
    await deliver('face', 'alive');
    const events = await told();
    const verifications = await house.ctx.store.db
      .selectFrom('verifications')
      .select(['id', 'method', 'status'])
      .where('customer_id', '=', customerId)
      .orderBy('id')
      .execute();
    const created = events.filter(({ event }) => event === 'verification.created');
    expect(
      created.map(({ data }) => ({ id: data['verificationId'], method: data['method'], status: data['status'] })),
    ).toEqual(verifications);
    const tiers = await house.ctx.store.db
      .selectFrom('tier_events')
      .select('to_tier')
      .where('customer_id', '=', customerId)
      .orderBy('id')
      .execute();
    const changes = events.filter(({ event }) => event === 'customer.kyc_updated');
    expect(changes.map(({ data }) => data['kycLevel'])).toEqual(tiers.map(({ to_tier }) => to_tier));
    expect(changes.length).toBeGreaterThan(0);
    expect(events.filter(({ event }) => event === 'review.overridden').map(({ data }) => data)).toEqual([
      {
        verificationId: pending?.id,
        customerId,
        actorUserId: bank.people.supervisor.id,
        fromStatus: 'pending',
        toStatus: 'verified',
        reason: 'seen at the counter',
      },
    ]);
    const all = events.map(({ text }) => text).join();
    for (const secret of [name, 'SITI', nik, 'bank.test']) expect(all).not.toContain(secret);
  });
});
