/** Sealed frames in an S3 stand-in: what is stored, what is not, and what becomes of it when the store fails. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { s3Blobs } from '../../connectors/s3/s3-blobs.ts';
import {
  standInBucket,
  standInKeys,
  standInRegion,
  startS3StandIn,
  type S3StandIn,
} from '../../connectors/s3/testing/s3-stand-in.ts';
import { stagedForMs, type BlobPlace } from '../../store/blobs.ts';
import { directoryBlobs } from '../../store/directory-blobs.ts';
import { viewEvidence } from '../admin/view-evidence.ts';
import { patchSettings } from '../admin/settings.ts';
import { systemActor, type Actor } from '../context.ts';
import { createCustomer } from '../create-customer.ts';
import { eraseCustomer } from '../erase-customer.ts';
import { ingestDeskCapture } from '../ingest-desk-capture.ts';
import { openInstallation } from '../open-installation.ts';
import { fileKeyProvider } from '../../vault/key-providers/file-key-provider.ts';
import { fakeVision, picture } from '../testing/fake-vision.ts';
import {
  addOrganisation,
  deskCapture,
  openTestHouse,
  type TestHouse,
  type TestOrganisation,
} from '../testing/test-house.ts';
import { verifyAudit } from '../verify-audit.ts';
import { sweepFrames } from './sweep-frames.ts';

let store: S3StandIn;
let house: TestHouse;
let own: TestOrganisation;
let actor: Actor;

const times = { connect: 500, headers: 300, idle: 300 };
const placeAt = (region = standInRegion): BlobPlace =>
  s3Blobs({ endpoint: new URL(store.origin), region, bucket: standInBucket, prefix: '' }, standInKeys, {
    pauseMs: 1,
    times,
  });

beforeEach(async () => {
  store = await startS3StandIn();
  house = await openTestHouse({ blobs: placeAt() });
  own = await addOrganisation(house, 'Bank');
  actor = own.actor('supervisor');
});
afterEach(async () => {
  expect(await verifyAudit(house.ctx.store)).toMatchObject({ intact: true });
  await house.close();
  await store.close();
});

async function newCustomer(): Promise<string> {
  const made = await createCustomer(house.ctx, systemActor(own.orgId), { fullName: 'SITI RAHMAWATI' });
  if (!made.ok) throw new Error(made.error.code);
  return made.value.id;
}

function captureOf(customerId: string) {
  return deskCapture(house, 'face', customerId, [picture('alive', customerId)], { operatorId: own.people.staff.id });
}

const deliver = (capture: ReturnType<typeof captureOf>) =>
  ingestDeskCapture(house.ctx, { orgId: own.orgId, deskId: own.deskId, capture });

async function delivered(customerId: string): Promise<string> {
  const done = await deliver(captureOf(customerId));
  if (!done.ok) throw new Error(done.error.code);
  return done.value.captureId;
}

const ledger = () =>
  house.ctx.store.db.selectFrom('blob_objects').select(['key', 'state', 'attempts', 'last_error']).execute();
const later = (ms: number) => (house.now = new Date(house.now.getTime() + ms));

describe('sealed frames outside the database', () => {
  it('lie in one object, sealed, and are shown to a reviewer from there', async () => {
    const captureId = await delivered(await newCustomer());
    const [row, ...others] = await house.ctx.store.db.selectFrom('sealed_blobs').selectAll().execute();
    expect(others).toEqual([]);
    expect([row?.bytes.length, row?.object_key]).toEqual([0, `${own.orgId}/${row?.id}`]);
    const [[name, object]] = [...store.objects] as [[string, Buffer]];
    expect(name).toBe(`${standInBucket}/${own.orgId}/${row?.id}`);
    expect(object.length).toBe(row?.size);
    expect(object.includes('capturedAt')).toBe(false);
    const seen = await viewEvidence(house.ctx, actor, captureId, { from: 0, limit: 5 });
    expect(seen).toMatchObject({ ok: true, value: { retired: false, framesStored: 1 } });
  });

  it.each([
    ['broken', { kind: 'status', status: 500 }, 'blobs_broken'],
    ['slow', { kind: 'slow', ms: 30_000 }, 'blobs_slow'],
    ['refusing', { kind: 'status', status: 403, code: 'AccessDenied' }, 'blobs_refused'],
  ] as const)('a %s store takes no capture; delivered again, it is stored once', async (_, fault, reason) => {
    const capture = captureOf(await newCustomer());
    store.faults(fault, 'for ever');
    expect(await deliver(capture)).toMatchObject({ ok: false, error: { code: 'unavailable', details: { reason } } });
    expect(await house.ctx.store.db.selectFrom('captures').select('id').execute()).toEqual([]);
    store.faults();
    expect(await deliver(capture)).toMatchObject({ ok: true, value: { replayed: false } });
    expect(await deliver(capture)).toMatchObject({ ok: true, value: { replayed: true } });
    expect(await house.ctx.store.db.selectFrom('captures').select('id').execute()).toHaveLength(1);
    expect((await ledger()).map(({ state }) => state).sort()).toEqual(['kept', 'staged']);
  });

  it.each([
    ['broken', { kind: 'status', status: 500 }, 'blobs_broken'],
    ['cut off', { kind: 'truncated' }, 'blobs_broken'],
    ['changed', { kind: 'changed' }, 'blob_damaged'],
  ] as const)('an answer that is %s is no "retired", and nothing is lost by it', async (_, fault, reason) => {
    const captureId = await delivered(await newCustomer());
    const look = () => viewEvidence(house.ctx, actor, captureId, { from: 0, limit: 5 });
    store.faults(fault, 'for ever');
    expect(await look()).toMatchObject({ ok: false, error: { code: 'unavailable', details: { reason } } });
    store.faults();
    expect(await look()).toMatchObject({ ok: true, value: { retired: false } });
    store.objects.clear();
    expect(await look()).toMatchObject({ ok: false, error: { details: { reason: 'blob_missing' } } });
  });

  it('an object whose record was never written goes after an hour; its late record finds it gone', async () => {
    const customerId = await newCustomer();
    const capture = captureOf(customerId);
    const real = house.ctx.store.transaction.bind(house.ctx.store);
    let kill = true;
    (house.ctx.store as { transaction: unknown }).transaction = (work: never) =>
      kill ? Promise.reject(new Error('the process dies here')) : real(work);
    await expect(deliver(capture)).rejects.toThrow('dies here');
    kill = false;
    (house.ctx.store as { transaction: unknown }).transaction = real;
    expect(store.objects.size).toBe(1);
    later(stagedForMs - 1);
    expect(await sweepFrames(house.ctx)).toEqual({ removed: 0, failed: 0 });
    later(1);
    expect(await sweepFrames(house.ctx)).toEqual({ removed: 1, failed: 0 });
    expect([store.objects.size, await ledger()]).toEqual([0, []]);
    later(-stagedForMs);
    expect(await deliver(capture)).toMatchObject({ ok: true });
    expect(store.objects.size).toBe(1);
  });

  it('an erasure removes the object at once, or shreds its key now and removes it when the store is back', async () => {
    const [one, two] = [await newCustomer(), await newCustomer()];
    await delivered(one);
    await delivered(two);
    const erase = (customerId: string) =>
      eraseCustomer(house.ctx, own.actor('admin'), { customerId, reason: 'asked', requestedBy: 'the customer' });
    expect(await erase(one)).toMatchObject({ ok: true, value: { status: 'erased' } });
    expect(store.objects.size).toBe(1);
    store.faults({ kind: 'status', status: 503 }, 'for ever');
    expect(await erase(two)).toMatchObject({ ok: true, value: { status: 'erased' } });
    const keys = await house.ctx.store.db.selectFrom('customer_keys').select('wrapped_key').execute();
    expect(keys.map(({ wrapped_key }) => wrapped_key)).toEqual([null, null]);
    expect(await ledger()).toMatchObject([{ state: 'doomed', attempts: 1, last_error: 'blobs_broken' }]);
    store.faults();
    expect(await sweepFrames(house.ctx)).toEqual({ removed: 0, failed: 0 });
    later(60_000);
    expect(await sweepFrames(house.ctx)).toEqual({ removed: 1, failed: 0 });
    expect([store.objects.size, await ledger()]).toEqual([0, []]);
  });

  it('another place than they were written to is said, not taken for "there are none"', async () => {
    const captureId = await delivered(await newCustomer());
    const elsewhere = { ...house.ctx, blobs: directoryBlobs(join(house.directory, 'frames')) };
    const seen = await viewEvidence(elsewhere, actor, captureId, { from: 0, limit: 5 });
    expect(seen).toMatchObject({ ok: false, error: { details: { reason: 'blobs_elsewhere' } } });
  });

  it('a folder does the same as a store', async () => {
    const blobs = directoryBlobs(join(house.directory, 'frames'));
    expect(await blobs.put('org/blob', new Uint8Array([1, 2]))).toEqual({ ok: true, value: true });
    expect(await blobs.get('org/blob')).toEqual({ ok: true, value: new Uint8Array([1, 2]) });
    expect(await blobs.remove('org/blob')).toEqual({ ok: true, value: true });
    expect(await blobs.get('org/blob')).toEqual({ ok: true, value: null });
    expect(await blobs.get('../installation.json')).toMatchObject({ ok: false });
    const file = directoryBlobs(join(house.directory, 'data', 'installation.json'));
    expect(await file.put('org/blob', new Uint8Array([1]))).toMatchObject({
      ok: false,
      error: { code: 'unavailable' },
    });
  });
});

describe('the data residency of an organisation', () => {
  it('keeps a store elsewhere from being used, at start and at each capture', async () => {
    const capture = captureOf(await newCustomer());
    const abroad = placeAt('sg-sin-1');
    const refused = { ok: false, error: { code: 'unavailable', details: { reason: 'blobs_outside_residency' } } };
    const here = { ...house.ctx, blobs: abroad };
    const delivery = { orgId: own.orgId, deskId: own.deskId, capture };
    expect(await ingestDeskCapture(here, delivery)).toMatchObject(refused);
    const opened = await openInstallation({
      dataDirectory: join(house.directory, 'data'),
      keyProvider: fileKeyProvider({ directory: join(house.directory, 'keys') }),
      vision: fakeVision(),
      ...house.database,
      blobs: abroad,
    });
    expect(opened).toMatchObject(refused);
    expect(store.log).toEqual([]);
  });

  it('is not changed to one the store does not lie in', async () => {
    const changed = await patchSettings(house.ctx, own.actor('admin'), { dataResidency: 'sg-sin-1' });
    expect(changed).toMatchObject({ ok: false, error: { code: 'validation_failed' } });
  });
});
