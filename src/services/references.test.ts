import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { enrolmentSources, type EnrolmentSource } from '../contract/vocabulary.ts';
import type { Actor } from './context.ts';
import { createCustomer } from './create-customer.ts';
import { ingestDeskCapture } from './ingest-desk-capture.ts';
import { chooseReference, enrol, retire, usableReferences } from './references.ts';
import { picture, templateOf } from './testing/fake-vision.ts';
import {
  addOrganisation,
  deskCapture,
  openTestHouse,
  type TestHouse,
  type TestOrganisation,
} from './testing/test-house.ts';

let house: TestHouse;
let own: TestOrganisation;
let actor: Actor;
let customerId: string;

beforeAll(async () => {
  house = await openTestHouse();
  own = await addOrganisation(house, 'Bank');
  actor = (await own.key()).actor;
});
afterAll(() => house.close());
beforeEach(async () => {
  const made = await createCustomer(house.ctx, actor, { fullName: 'SITI RAHMAWATI' });
  if (!made.ok) throw new Error(made.error.code);
  customerId = made.value.id;
});

function enrolled(source: EnrolmentSource, over: { modelId?: string; supersede?: boolean } = {}): Promise<string> {
  house.now = new Date(house.now.getTime() + 60_000);
  const template = { ...templateOf(1), ...(over.modelId === undefined ? {} : { modelId: over.modelId }) };
  const input = { customerId, source, template, captureId: null, supersede: over.supersede ?? false };
  return house.ctx.store.transaction((trx) => enrol(house.ctx, trx, actor, input));
}
const usable = async () => usableReferences(house.ctx.store.db, own.orgId, customerId);
const sources = async () => (await usable()).map(({ source }) => source);

describe('which reference a probe is compared with', () => {
  it('is the best source that is confirmed: register, card, onboarding, promoted step-up', async () => {
    expect(enrolmentSources).toEqual(['dukcapil', 'ktp_extract', 'onboarding_selfie', 'step_up_promotion']);
    // Enrolled worst last and best first, so that age alone would give another order.
    for (const source of ['dukcapil', 'onboarding_selfie', 'step_up_promotion'] as const) await enrolled(source);
    expect(await sources()).toEqual(['dukcapil', 'onboarding_selfie', 'step_up_promotion']);
  });

  it('comes from an unreviewed card only where there is nothing else, and says so', async () => {
    await enrolled('ktp_extract');
    expect(await usable()).toMatchObject([{ source: 'ktp_extract', confirmed: false }]);
    await enrolled('step_up_promotion');
    expect(await sources()).toEqual(['step_up_promotion', 'ktp_extract']);
  });

  it('stands between register and onboarding once its card is verified', async () => {
    const capture = deskCapture(house, 'ktp', customerId, [picture('card', customerId)]);
    const seen = await ingestDeskCapture(house.ctx, { orgId: own.orgId, deskId: own.deskId, capture });
    expect(seen).toMatchObject({ ok: true, value: { verifications: [{ method: 'ktp_capture', status: 'verified' }] } });
    for (const source of ['dukcapil', 'onboarding_selfie', 'step_up_promotion'] as const) await enrolled(source);
    expect(await sources()).toEqual(['dukcapil', 'ktp_extract', 'onboarding_selfie', 'step_up_promotion']);
    expect((await usable())[1]).toMatchObject({ source: 'ktp_extract', confirmed: true });
  });

  it('is the newest of one source', async () => {
    await enrolled('onboarding_selfie');
    const later = await enrolled('onboarding_selfie');
    expect((await usable())[0]?.enrolmentId).toBe(later);
  });

  it('was made by the model of the probe where there is one, else the best of all', async () => {
    await enrolled('dukcapil', { modelId: 'old' });
    const fitting = await enrolled('onboarding_selfie', { modelId: 'new' });
    const references = await usable();
    expect(chooseReference(references, 'new')?.enrolmentId).toBe(fitting);
    expect(chooseReference(references, 'other')?.source).toBe('dukcapil');
    expect(chooseReference([], 'new')).toBeNull();
  });
});

describe('an enrolment', () => {
  it('ends when a newer one of its source takes its place; those of other sources stay', async () => {
    await enrolled('dukcapil');
    await enrolled('onboarding_selfie');
    const later = await enrolled('onboarding_selfie', { supersede: true });
    const references = await usable();
    expect(references.map(({ source }) => source)).toEqual(['dukcapil', 'onboarding_selfie']);
    expect(references[1]?.enrolmentId).toBe(later);
  });

  it('is no reference once retired, and both steps are in the audit log', async () => {
    const id = await enrolled('onboarding_selfie');
    await house.ctx.store.transaction((trx) =>
      retire(house.ctx, trx, actor, { customerId, source: 'onboarding_selfie' }, 'superseded'),
    );
    expect(await usable()).toEqual([]);
    const rows = await house.ctx.store.db.selectFrom('audit_log').selectAll().where('object_id', '=', id).execute();
    expect(rows.map((row) => row.event).sort()).toEqual(['enrolment.created', 'enrolment.retired']);
  });

  it('is never seen by another organisation', async () => {
    await enrolled('dukcapil');
    const other = await addOrganisation(house, 'Other');
    expect(await usableReferences(house.ctx.store.db, other.orgId, customerId)).toEqual([]);
  });
});
