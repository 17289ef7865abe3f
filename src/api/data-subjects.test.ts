import { encode } from '@msgpack/msgpack';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { framesContext } from '../services/capture/record-capture.ts';
import { findCustomerKey } from '../store/repositories/customers.ts';
import { putBlob } from '../store/blobs.ts';
import { sha256 } from '../vault/random.ts';
import { listeningApi, type Client, type ListeningApi } from './testing/listening-api.ts';

let api: ListeningApi;
let compliance: Client;
let program: Client;
beforeAll(async () => {
  api = await listeningApi();
});
afterAll(() => api.close());
beforeEach(async () => {
  compliance = await api.person('compliance@bank.test');
  program = api.program((await api.bank.key()).key);
});

const hours = (n: number): void => {
  api.house.now = new Date(api.house.now.getTime() + n * 3_600_000);
};
/** Sessions end after 30 idle minutes; a new one for after a long wait. */
const later = async (n: number): Promise<void> => {
  hours(n);
  compliance = await api.person('compliance@bank.test');
};
const root = '/api/admin/data-subject-requests';

async function newCustomer(): Promise<string> {
  const made = await program.send('POST', '/api/customers', { fullName: 'SITI RAHMAWATI', email: 'siti@mail.test' });
  return made.body.data.id as string;
}
const ask = (customerId: string, kind: string, more: object = {}) =>
  compliance.send('POST', root, { customerId, kind, ...more });
const answer = (id: string, body: object = { outcome: 'fulfilled', reason: 'done as asked' }) =>
  compliance.send('POST', `${root}/${id}/answer`, body);

async function enrolFace(customerId: string): Promise<void> {
  const at = api.house.now.toISOString();
  const tail = crypto.randomUUID();
  const { db } = api.house.ctx.store;
  const own = { org_id: api.bank.orgId, customer_id: customerId };
  await db
    .insertInto('enrolments')
    .values({
      ...own,
      id: `fe_${tail}`,
      source: 'onboarding_selfie',
      model_id: 'm',
      template: new Uint8Array(2048),
      face_width_px: 120,
      active: 1,
      fallback_stub: 0,
      retire_reason: null,
      capture_id: null,
      photo_blob_id: null,
      created_at: at,
      retired_at: null,
    })
    .execute();
  await db
    .insertInto('consents')
    .values({
      ...own,
      id: `con_${tail}`,
      version: '1',
      text_hash: 'ab',
      language: 'id',
      purposes: '["identity"]',
      accepted_at: at,
      withdrawn_at: null,
    })
    .execute();
}

describe('the clock', () => {
  it('runs 3 × 24 hours from receipt, and says what is due', async () => {
    const customer = await newCustomer();
    const made = await ask(customer, 'access', { note: 'ingin melihat data saya' });
    expect(made).toMatchObject({ status: 201, body: { data: { status: 'open', hoursLeft: 72, overdue: false } } });
    const { id, receivedAt, dueAt } = made.body.data;
    expect(Date.parse(dueAt) - Date.parse(receivedAt)).toBe(259_200_000);
    const received = new Date(api.house.now.getTime() - 50 * 3_600_000).toISOString();
    const urgent = (await ask(customer, 'restriction', { receivedAt: received })).body.data;
    expect(urgent).toMatchObject({ receivedAt: received, hoursLeft: 22 });
    const due = async (within: number) =>
      (await compliance.send('GET', `${root}/due?withinHours=${within}`)).body.data.map(
        (one: { id: string }) => one.id,
      );
    expect(await due(24)).toEqual([urgent.id]);
    expect(await due(73)).toEqual([urgent.id, id]);
    await later(23);
    expect(await due(0)).toEqual([urgent.id]);
    expect((await compliance.send('GET', `${root}/${urgent.id}`)).body.data).toMatchObject({
      overdue: true,
      hoursLeft: -2,
    });
    expect((await compliance.send('GET', `${root}/${id}`)).body.data.note).toBe('ingin melihat data saya');
    const stored = await api.house.ctx.store.db
      .selectFrom('data_subject_requests')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    expect(Buffer.from(stored.note_sealed ?? []).toString('latin1')).not.toContain('melihat');
    expect((await answer(urgent.id)).body.data).toMatchObject({ status: 'fulfilled', overdue: true, hoursLeft: null });
    expect(await due(720)).toEqual([id]);
  });

  it('is not restarted by asking twice, nor set into the future', async () => {
    const customer = await newCustomer();
    const first = await ask(customer, 'correction');
    const second = await ask(customer, 'correction');
    expect(second).toMatchObject({ status: 409, body: { code: 'request_open', details: { id: first.body.data.id } } });
    const both = await Promise.all([ask(customer, 'access'), ask(customer, 'access')]);
    expect(both.map((one) => one.status).sort()).toEqual([201, 409]);
    const tomorrow = new Date(api.house.now.getTime() + 86_400_000).toISOString();
    expect((await ask(customer, 'withdrawal', { receivedAt: tomorrow })).body.details.fieldErrors).toHaveProperty(
      'receivedAt',
    );
  });

  it('belongs to the organisation: others see nothing, wrong roles and keys are refused', async () => {
    const customer = await newCustomer();
    const { id } = (await ask(customer, 'access')).body.data;
    const rival = await api.person('compliance@rival.test');
    expect((await rival.send('POST', root, { customerId: customer, kind: 'access' })).status).toBe(404);
    expect((await rival.send('GET', `${root}/${id}`)).status).toBe(404);
    expect((await rival.send('GET', `${root}/${id}/export`)).status).toBe(404);
    expect((await rival.send('POST', `${root}/${id}/answer`, { outcome: 'refused', reason: 'not ours' })).status).toBe(
      404,
    );
    expect((await rival.send('GET', root)).body.data).toEqual([]);
    const staff = await api.person('staff@bank.test');
    expect((await staff.send('GET', root)).body.code).toBe('forbidden');
    expect((await staff.send('POST', root, { customerId: customer, kind: 'restriction' })).status).toBe(201);
    expect((await program.send('GET', `${root}/${id}/export`)).body.code).toBe('person_required');
    expect((await program.send('POST', `${root}/${id}/answer`, { outcome: 'refused', reason: 'no' })).body.code).toBe(
      'person_required',
    );
    const narrow = api.program((await api.bank.key(['customers:view'])).key);
    expect((await narrow.send('POST', root, { customerId: customer, kind: 'withdrawal' })).body.error).toBe(
      'missing scope: customers:write',
    );
    expect((await api.visitor().send('GET', `${root}/due`)).status).toBe(401);
    expect((await ask(customer, 'forgetting')).status).toBe(400);
    expect((await ask('cus_nobody', 'access')).status).toBe(404);
  });
});

describe('access', () => {
  it('gives everything about the person, and nothing else', async () => {
    const customer = await newCustomer();
    await enrolFace(customer);
    const other = await newCustomer();
    const { id } = (await ask(customer, 'access')).body.data;
    const given = await compliance.send('GET', `${root}/${id}/export`);
    expect(given.headers.get('content-disposition')).toBe(`attachment; filename="${id}.json"`);
    expect(given.body.data).toMatchObject({
      customer: { id: customer, fullName: 'SITI RAHMAWATI', email: 'siti@mail.test' },
      consents: [{ version: '1', withdrawnAt: null }],
      references: [{ source: 'onboarding_selfie', active: true }],
      requests: [{ id, kind: 'access' }],
    });
    expect(given.body.data.processing.map((one: { event: string }) => one.event)).toContain('customer.created');
    const text = JSON.stringify(given.body);
    expect(text).not.toContain(other);
    expect(text).not.toContain('template');
    expect(await api.events(api.bank.orgId)).toContain('export.created');
    const wrongKind = (await ask(customer, 'correction')).body.data.id as string;
    expect((await compliance.send('GET', `${root}/${wrongKind}/export`)).status).toBe(404);
    for (let n = 0; n < 10; n += 1) await compliance.send('GET', `${root}/${wrongKind}/export`);
    expect((await compliance.send('GET', `${root}/${id}/export`)).status).toBe(429);
  });
});

describe('correction', () => {
  it('changes the record and is answered once', async () => {
    const customer = await newCustomer();
    const { id } = (await ask(customer, 'correction')).body.data;
    expect((await answer(id)).body.details.fieldErrors).toHaveProperty('correction');
    const correction = { fullName: 'SITI RAHMAWATI PUTRI', phone: '+6281234567890', email: null };
    const refused = await answer(id, { outcome: 'refused', reason: 'no proof', correction });
    expect(refused.status).toBe(400);
    const bad = await answer(id, { outcome: 'fulfilled', reason: 'as asked', correction: { phone: 'call me' } });
    expect(bad.status).toBe(400);
    expect((await answer(id, { outcome: 'fulfilled', reason: 'as asked', correction })).body.data.status).toBe(
      'fulfilled',
    );
    const now = await program.send('GET', `/api/identity/customers/${customer}`);
    expect(now.body.data).toMatchObject({ fullName: 'SITI RAHMAWATI PUTRI', phone: '+6281234567890', email: null });
    expect((await answer(id, { outcome: 'refused', reason: 'again' })).body.code).toBe('already_answered');
    const rows = await api.house.ctx.store.db
      .selectFrom('audit_log')
      .select('detail')
      .where('event', '=', 'customer.corrected')
      .execute();
    expect(rows.map((row) => row.detail).join()).not.toContain('PUTRI');
    expect((await compliance.send('GET', `${root}/${id}`)).body.data.answer).toBe('as asked');
  });
});

describe('withdrawal and restriction', () => {
  const statusOf = async (customer: string) =>
    (await program.send('GET', `/api/identity/customers/${customer}`)).body.data.status as string;

  it('withdrawal ends every consent and reference and stops processing, until the customer comes back', async () => {
    const customer = await newCustomer();
    await enrolFace(customer);
    const { id } = (await ask(customer, 'withdrawal')).body.data;
    expect((await answer(id)).body.data.status).toBe('fulfilled');
    expect(await statusOf(customer)).toBe('restricted');
    const { db } = api.house.ctx.store;
    expect(
      await db
        .selectFrom('enrolments')
        .select(['active', 'retire_reason'])
        .where('customer_id', '=', customer)
        .execute(),
    ).toEqual([{ active: 0, retire_reason: 'consent_withdrawn' }]);
    expect(
      await db
        .selectFrom('consents')
        .select('id')
        .where('customer_id', '=', customer)
        .where('withdrawn_at', 'is', null)
        .execute(),
    ).toEqual([]);
    const challenge = await program.send('POST', '/api/identity/face/flash-challenge', { customerId: customer });
    expect(challenge.status).toBe(409);
    const events = await api.events(api.bank.orgId);
    for (const event of ['consent.withdrawn', 'enrolment.retired', 'customer.restricted', 'data_subject.answered'])
      expect(events).toContain(event);
    expect((await compliance.send('POST', `${root}/${id}/lift`)).status).toBe(200);
    expect(await statusOf(customer)).toBe('active');
    expect((await compliance.send('POST', `${root}/${id}/lift`)).body.code).toBe('request_not_liftable');
  });

  it('a refusal changes nothing; a restriction held for erasure is not lifted', async () => {
    const customer = await newCustomer();
    const first = (await ask(customer, 'restriction')).body.data.id as string;
    expect((await answer(first, { outcome: 'refused', reason: 'a court order' })).body.data.status).toBe('refused');
    expect(await statusOf(customer)).toBe('active');
    const second = (await ask(customer, 'restriction')).body.data.id as string;
    await answer(second);
    expect(await statusOf(customer)).toBe('restricted');
    const at = api.house.now.toISOString();
    await api.house.ctx.store.db
      .insertInto('erasures')
      .values({
        id: `er_${customer}`,
        org_id: api.bank.orgId,
        customer_id: customer,
        state: 'restricted',
        reason: 'asked',
        requested_by: 'x',
        requested_at: at,
        hold_until: at,
        erased_at: null,
        certificate: null,
        signature: null,
      })
      .execute();
    expect((await compliance.send('POST', `${root}/${second}/lift`)).body.code).toBe('request_not_liftable');
    await api.house.ctx.store.db
      .updateTable('customers')
      .set({ status: 'archived' })
      .where('id', '=', customer)
      .execute();
    expect((await ask(customer, 'access')).body.code).toBe('customer_archived');
  });
});

describe('evidence', () => {
  async function capture(frames: readonly Uint8Array[]): Promise<{ id: string; customer: string }> {
    const customer = await newCustomer();
    const { ctx } = api.house;
    const { db } = ctx.store;
    const at = api.house.now.toISOString();
    const id = `cap_${crypto.randomUUID()}`;
    const orgId = api.bank.orgId;
    // Asking something makes the customer's key, as a first capture would.
    await ask(customer, 'access', { note: 'x' });
    const key = await findCustomerKey(db, orgId, customer);
    const plain = encode({ manifest: { frames: frames.map((frame) => sha256(frame)) }, frames });
    const bytes = ctx.vault.sealForCustomer(key ?? new Uint8Array(), customer, plain, framesContext(id));
    await putBlob(db, { id: `blob_${id}`, orgId, customerId: customer, purpose: 'frames', bytes, createdAt: at });
    await db
      .insertInto('captures')
      .values({
        id,
        org_id: orgId,
        customer_id: customer,
        kind: 'face',
        nonce: id,
        bundle_hash: 'ab',
        signature_alg: 'ed25519',
        desk_id: null,
        device_id: null,
        simulated: 0,
        captured_at: at,
        received_at: at,
        retention_class: 'onboarding',
        frames_blob_id: `blob_${id}`,
        frames_stored: frames.length,
        data_residency: 'id-jkt-1',
      })
      .execute();
    await db
      .insertInto('verifications')
      .values({
        id: id.replace('cap', 'ver'),
        org_id: orgId,
        customer_id: customer,
        method: 'face_liveness',
        status: 'pending',
        score: 1,
        reasons: '[]',
        detail: '{}',
        capture_id: id,
        operator_id: null,
        data_residency: 'id-jkt-1',
        created_at: at,
      })
      .execute();
    return { id, customer };
  }
  const photo = (shade: number) =>
    sharp({ create: { width: 2400, height: 1200, channels: 3, background: { r: shade, g: 90, b: 90 } } })
      .withExif({ IFD0: { Artist: 'SECRET PHOTOGRAPHER' }, IFD3: { GPSLatitude: '6/1 10/1 0/1' } })
      .jpeg()
      .toBuffer();

  it('shows reviewers re-encoded frames without metadata, and records each look', async () => {
    const original = await photo(200);
    expect(original.includes('SECRET PHOTOGRAPHER')).toBe(true);
    const { id } = await capture([original, await photo(10), new Uint8Array([1, 2, 3])]);
    const seen = await compliance.send('GET', `/api/kiosk/evidence/${id}`);
    expect(seen.body.data).toMatchObject({ captureId: id, framesStored: 3, retired: false });
    const [first, , broken] = seen.body.data.frames;
    expect(first).toMatchObject({ index: 0, sha256: sha256(original), width: 1600, height: 800 });
    const shown = Buffer.from(first.image, 'base64');
    expect(shown.includes('SECRET PHOTOGRAPHER')).toBe(false);
    const { format, exif } = await sharp(shown).metadata();
    expect([format, exif]).toEqual(['jpeg', undefined]);
    const { channels } = await sharp(shown).stats();
    expect(Math.abs((channels[0]?.mean ?? 0) - 200)).toBeLessThan(4);
    expect(broken).toMatchObject({ index: 2, image: null });
    const part = await compliance.send('GET', `/api/kiosk/evidence/${id.replace('cap', 'ver')}?from=1&limit=1`);
    expect(part.body.data.frames.map((one: { index: number }) => one.index)).toEqual([1]);
    const rows = await api.house.ctx.store.db
      .selectFrom('audit_log')
      .select(['actor_id', 'detail'])
      .where('event', '=', 'evidence.viewed')
      .where('object_id', '=', id)
      .execute();
    expect(rows.map((row) => [row.actor_id, JSON.parse(row.detail).frames])).toEqual([
      [api.bank.people.compliance.id, 3],
      [api.bank.people.compliance.id, 1],
    ]);
  });

  it('is for reviewers of the organisation only, never for a key, and says when frames are gone', async () => {
    const { id } = await capture([await photo(50)]);
    const path = `/api/kiosk/evidence/${id}`;
    expect((await program.send('GET', path)).body.code).toBe('person_required');
    expect((await api.visitor().send('GET', path)).status).toBe(401);
    for (const role of ['staff', 'analyst', 'admin'])
      expect((await (await api.person(`${role}@bank.test`)).send('GET', path)).body.code).toBe('forbidden');
    expect((await (await api.person('supervisor@rival.test')).send('GET', path)).status).toBe(404);
    expect((await compliance.send('GET', `${path}?limit=0`)).status).toBe(400);
    await api.house.ctx.store.db
      .updateTable('captures')
      .set({ frames_blob_id: '__retired__' })
      .where('id', '=', id)
      .execute();
    expect((await compliance.send('GET', path)).body.data).toMatchObject({ retired: true, frames: [] });
    api.nextMinute();
    const statuses = [];
    for (let n = 0; n < 61; n += 1) statuses.push((await compliance.send('GET', path)).status);
    expect(statuses.at(59)).toBe(200);
    expect(statuses.at(60)).toBe(429);
  });
});
