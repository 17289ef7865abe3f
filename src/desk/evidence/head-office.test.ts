/** Head office opens what the branch sealed, with its own key alone; after an erasure nobody does. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Result } from '../../contract/result.ts';
import { systemActor } from '../../services/context.ts';
import { createCustomer } from '../../services/create-customer.ts';
import { registerHeadOfficeKey, sealMissingWraps } from '../../services/head-office/register-key.ts';
import { addOrganisation, openTestHouse } from '../../services/testing/test-house.ts';
import { destroyKeys } from '../../store/repositories/erasures.ts';
import { getBlob } from '../../store/blobs.ts';
import { hpkeOpen, newHpkePair } from '../../vault/hpke.ts';
import { openEnvelope } from '../../vault/sealing.ts';
import { decodeCapture } from './capture-payload.ts';
import { envelopeContext } from './evidence-context.ts';
import { sealCapture } from './seal-capture.ts';
import { sampleDraft } from './testing/sample-capture.ts';

let house: Awaited<ReturnType<typeof openTestHouse>>;
let bank: Awaited<ReturnType<typeof addOrganisation>>;
beforeEach(async () => {
  house = await openTestHouse();
  bank = await addOrganisation(house, 'Bank');
});
afterEach(() => house.close());

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}
const db = () => house.ctx.store.db;
const wraps = () => db().selectFrom('head_office_wraps').selectAll().orderBy('customer_id').execute();

it('opens a capture from the sealed customer key and the stored envelope', async () => {
  const pair = await newHpkePair();
  valueOf(await registerHeadOfficeKey(house.ctx, bank.actor('admin'), pair));
  const draft = { ...sampleDraft('a', { customerId: 'cus_draft' }), orgId: bank.orgId };
  const { nonce } = valueOf(await sealCapture(house.ctx, draft));
  const [wrap] = await wraps();
  if (wrap === undefined) throw new Error('nothing was sealed to head office');
  const row = await db().selectFrom('outbox').select('blob_id').where('id', '=', nonce).executeTakeFirstOrThrow();
  const envelope = await getBlob(db(), bank.orgId, row.blob_id);
  const dataKey = await hpkeOpen(pair.privateKey, 'customer-key', wrap.wrapped, ['cus_draft']);
  const payload = openEnvelope(dataKey, envelope ?? new Uint8Array(), [
    'cus_draft',
    envelopeContext(bank.orgId, nonce),
  ]);
  const capture = decodeCapture(payload);
  expect(capture?.bundle.frames.map((frame) => Buffer.from(frame).toString('hex'))).toEqual(
    draft.frames.map((frame) => Buffer.from(frame).toString('hex')),
  );
  await destroyKeys(db(), bank.orgId, ['cus_draft'], house.now.toISOString());
  expect(await wraps()).toEqual([]);
});

it('seals customers of before at the registration and stragglers later, to the key in use only', async () => {
  const actor = systemActor(bank.orgId);
  const add = async (fullName: string) => valueOf(await createCustomer(house.ctx, actor, { fullName })).id;
  await add('FIRST');
  await add('SECOND');
  const [old, next] = [await newHpkePair(), await newHpkePair()];
  expect(valueOf(await registerHeadOfficeKey(house.ctx, actor, old)).customers).toBe(2);
  expect(valueOf(await registerHeadOfficeKey(house.ctx, actor, next)).customers).toBe(2);
  expect(await sealMissingWraps(house.ctx)).toBe(0);
  await add('THIRD');
  expect(await sealMissingWraps(house.ctx)).toBe(1);
  const keys = (await wraps()).map((row) => row.key_id);
  expect(new Set(keys).size).toBe(2);
  expect(keys).toHaveLength(5);
  const other = await addOrganisation(house, 'Other');
  valueOf(await createCustomer(house.ctx, systemActor(other.orgId), { fullName: 'ELSEWHERE' }));
  expect(await sealMissingWraps(house.ctx)).toBe(0);
  expect(
    await registerHeadOfficeKey(house.ctx, actor, { publicKey: Buffer.alloc(32).toString('base64url') }),
  ).toMatchObject({ ok: false, error: { code: 'key_unreadable' } });
});
