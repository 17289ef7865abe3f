import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ErasureCertificate } from '../contract/api/erasure.ts';
import { printedNik } from '../core/ktp/testing/compose-reading.ts';
import { systemActor } from '../services/context.ts';
import { certificateHolds } from '../services/erasure/certificate.ts';
import { ingestDeskCapture } from '../services/ingest-desk-capture.ts';
import { changeSettings } from '../services/set-up-organisation.ts';
import { picture } from '../services/testing/fake-vision.ts';
import { deskCapture, turnLeft } from '../services/testing/test-house.ts';
import { openSocketApi, type SocketApi } from './testing/socket-api.ts';

let api: SocketApi;
beforeAll(async () => {
  api = await openSocketApi();
});
afterAll(() => api.close());
beforeEach(() => api.nextMinute());

const request = { reason: 'request of the data subject', requestedBy: 'data protection officer', confirm: true };
const erase = (id: string, body: unknown = request, options = {}) =>
  api.ask('POST', `/api/identity/customers/${id}/erase`, body, options);

async function deliver(kind: 'ktp' | 'face', customerId: string): Promise<void> {
  const scene = kind === 'ktp' ? 'card' : 'alive';
  const capture = deskCapture(api.house, kind, customerId, [picture(scene, customerId)], { prompts: [turnLeft] });
  const done = await ingestDeskCapture(api.house.ctx, { orgId: api.bank.orgId, deskId: api.bank.deskId, capture });
  if (!done.ok) throw new Error(done.error.code);
}

const db = () => api.house.ctx.store.db;

/** Everything the tables still say of somebody, as text. */
async function traces(customerId: string): Promise<string> {
  const parts = await Promise.all([
    db().selectFrom('customers').selectAll().where('id', '=', customerId).execute(),
    db().selectFrom('captures').selectAll().where('customer_id', '=', customerId).execute(),
    db().selectFrom('ktp_bundles').selectAll().where('customer_id', '=', customerId).execute(),
    db().selectFrom('verifications').selectAll().where('customer_id', '=', customerId).execute(),
    db().selectFrom('tier_events').selectAll().where('customer_id', '=', customerId).execute(),
    db().selectFrom('audit_log').selectAll().execute(),
  ]);
  return JSON.stringify(parts);
}

describe('erasing a customer', () => {
  it('overwrites, shreds and certifies; verifications, tiers and audit stay; a second time is 409', async () => {
    await changeSettings(api.house.ctx, systemActor(api.bank.orgId), { 'legalHold.enabled': 'false' });
    const headers = { 'idempotency-key': 'the-first-answer' };
    const body = {
      fullName: 'BUDI YANG PERGI',
      email: 'budi@example.org',
      phone: '+6281234567890',
      externalRef: 'core-77',
    };
    const made = await api.ask('POST', '/api/customers', body, { headers });
    const id = made.body.data.id as string;
    await deliver('ktp', id);
    await deliver('face', id);
    await api.ask('POST', '/api/identity/face/flash-challenge', { customerId: id });
    const device = await api.ask('POST', '/api/identity/devices/register', { customerId: id, platform: 'android' });
    expect(device.status).toBe(201);
    const before = await db().selectFrom('verifications').selectAll().where('customer_id', '=', id).execute();

    const done = await erase(id);
    expect(done.status).toBe(200);
    const { certificate, signature } = done.body.data as { certificate: ErasureCertificate; signature: string };
    expect(done.body.data).toMatchObject({ customerId: id, status: 'erased', holdUntil: null });
    expect(certificate.effects).toMatchObject({
      keysDestroyed: 1,
      capturesRetired: 2,
      blobsDeleted: 2,
      devicesEnded: 1,
      challengesDeleted: 1,
      answersForgotten: 1,
    });
    expect(certificate.issuer.publicKey).toBe(api.house.ctx.vault.desk.publicKey);
    expect(certificateHolds(certificate, signature, certificate.issuer.publicKey)).toBe(true);
    expect(certificateHolds({ ...certificate, reason: 'another' }, signature, certificate.issuer.publicKey)).toBe(
      false,
    );

    const left = await traces(id);
    for (const trace of ['BUDI', 'budi@example.org', '+6281234567890', 'core-77', printedNik])
      expect(left).not.toContain(trace);
    const row = await db().selectFrom('customers').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    expect(row).toMatchObject({
      full_name: '[erased]',
      nik: null,
      nik_index: null,
      status: 'archived',
      kyc_level: 'none',
    });
    expect(row.external_ref).toMatch(new RegExp(`^erased:${id.slice(-8)}:\\d+$`));
    const templates = await db().selectFrom('enrolments').selectAll().where('customer_id', '=', id).execute();
    expect(templates.length).toBeGreaterThan(0);
    for (const { template, active, retire_reason } of templates) {
      expect([active, retire_reason, template?.length, template?.some((byte) => byte !== 0)]).toEqual([
        0,
        expect.any(String),
        2048,
        false,
      ]);
    }
    const captures = await db().selectFrom('captures').select('frames_blob_id').where('customer_id', '=', id).execute();
    expect(captures.map((one) => one.frames_blob_id)).toEqual(['__retired__', '__retired__']);
    expect(await db().selectFrom('sealed_blobs').select('id').where('customer_id', '=', id).execute()).toEqual([]);
    const key = await db()
      .selectFrom('customer_keys')
      .selectAll()
      .where('customer_id', '=', id)
      .executeTakeFirstOrThrow();
    expect([key.wrapped_key, key.destroyed_at]).toEqual([null, certificate.erasedAt]);
    expect(await db().selectFrom('verifications').selectAll().where('customer_id', '=', id).execute()).toEqual(before);

    const audit = await api.lastAudit('customer.erased');
    expect(audit).toMatchObject({
      actor_kind: 'api_key',
      object_id: certificate.id,
      detail: { reason: request.reason },
    });
    const again = await erase(id);
    expect([again.status, again.body.code]).toEqual([409, 'customer_archived']);
    expect((await api.ask('GET', `/api/identity/customers/${id}`)).body.data).toMatchObject({
      fullName: '[erased]',
      status: 'archived',
    });
    expect((await api.ask('POST', '/api/identity/face/flash-challenge', { customerId: id })).body.code).toBe(
      'customer_archived',
    );
    const kyc = await api.ask('GET', `/api/identity/kyc/${id}`);
    expect(kyc.body.history[0]).toMatchObject({ toTier: 'none', reason: 'erasure' });
    await changeSettings(api.house.ctx, systemActor(api.bank.orgId), { 'legalHold.enabled': 'true' });
  });

  it('takes what the desk still holds: waiting captures, envelopes under an earlier draft id, drafts in progress', async () => {
    const id = await api.newCustomer();
    const { ctx } = api.house;
    const at = api.house.now.toISOString();
    const other = await api.newCustomer();
    const ids = { own: id, draft: 'cus_known_as_this_before', stranger: other };
    await ctx.store.transaction(async (trx) => {
      for (const [name, customerId] of Object.entries(ids)) {
        if (name === 'draft')
          await trx
            .insertInto('customer_keys')
            .values({
              customer_id: customerId,
              org_id: api.bank.orgId,
              wrapped_key: ctx.vault.newCustomerKey(customerId),
              created_at: at,
              destroyed_at: null,
            })
            .execute();
        const blob = {
          id: `blob_${name}`,
          org_id: api.bank.orgId,
          customer_id: customerId,
          purpose: 'envelope',
          bytes: new Uint8Array(8),
          size: 8,
        };
        await trx
          .insertInto('sealed_blobs')
          .values({ ...blob, created_at: at, expires_at: null })
          .execute();
        const delivered = name === 'draft';
        await trx
          .insertInto('outbox')
          .values({
            id: `nonce-${name}`,
            org_id: api.bank.orgId,
            customer_id: customerId,
            kind: 'ktp',
            blob_id: blob.id,
            size: 8,
            state: delivered ? 'delivered' : 'pending',
            attempts: 0,
            next_attempt_at: at,
            lease_owner: null,
            lease_until: null,
            last_error: null,
            result: delivered ? JSON.stringify({ customerId: id }) : null,
            captured_at: at,
            created_at: at,
            delivered_at: delivered ? at : null,
          })
          .execute();
        const draft_sealed = ctx.vault.sealSecret(
          new TextEncoder().encode(`a draft of ${customerId}`),
          `desk-session:ses_${name}`,
        );
        await trx
          .insertInto('desk_sessions')
          .values({
            id: `ses_${name}`,
            org_id: api.bank.orgId,
            operator_id: 'usr',
            state: 'face',
            draft_sealed,
            created_at: at,
            updated_at: at,
          })
          .execute();
      }
    });
    const done = await erase(id);
    expect(done.body.data.certificate.effects).toMatchObject({
      outboxDeleted: 2,
      keysDestroyed: 2,
      blobsDeleted: 2,
      draftsDeleted: 1,
    });
    expect(await db().selectFrom('outbox').select('id').execute()).toEqual([{ id: 'nonce-stranger' }]);
    const sessions = await db().selectFrom('desk_sessions').select('id').execute();
    expect(sessions.map((row) => row.id)).not.toContain('ses_own');
    expect(sessions).toHaveLength(2);
  });

  it('is held back by law for whoever reached standard: restricted, sealed, and nothing is processed', async () => {
    const id = await api.newCustomer({ fullName: 'DEWI LESTARI' });
    await deliver('ktp', id);
    const done = await erase(id);
    expect(done.status).toBe(202);
    const holdUntil = new Date(api.house.now);
    holdUntil.setUTCFullYear(holdUntil.getUTCFullYear() + 5);
    expect(done.body.data).toMatchObject({
      status: 'restricted',
      certificate: null,
      holdUntil: holdUntil.toISOString(),
    });
    expect(await api.lastAudit('customer.restricted')).toMatchObject({ object_id: done.body.data.id });
    expect((await api.ask('GET', `/api/identity/customers/${id}`)).body.data).toMatchObject({
      fullName: 'DEWI LESTARI',
      status: 'restricted',
    });
    expect((await api.ask('POST', '/api/identity/document/ktp/challenge', { customerId: id })).body.code).toBe(
      'customer_archived',
    );
    expect((await erase(id)).status).toBe(409);
  });

  it('is not held back for whoever never reached standard', async () => {
    const id = await api.newCustomer();
    expect((await erase(id)).status).toBe(200);
  });

  it('is refused without a reason, a confirmation, the scope, the role, or the customer', async () => {
    const id = await api.newCustomer();
    const refused = await erase(id, { reason: 'x', confirm: false });
    expect(refused.status).toBe(400);
    expect(Object.keys(refused.body.details.fieldErrors).sort()).toEqual(['confirm', 'reason', 'requestedBy']);
    expect((await erase(id, request, { bearer: null })).status).toBe(401);
    const narrow = (await api.bank.key(['customers:view'])).key;
    expect((await erase(id, request, { bearer: narrow })).body.error).toBe('missing scope: customers:write');
    const staff = await api.signIn('staff');
    expect((await erase(id, request, { bearer: null, headers: staff })).status).toBe(403);
    expect((await erase(id, request, { bearer: api.rivalKey })).status).toBe(404);
    const compliance = await api.signIn('compliance');
    expect((await erase(id, request, { bearer: null, headers: compliance })).status).toBe(200);
  });

  it('is limited to ten in five minutes for the organisation, whoever asks', async () => {
    api.house.now = new Date(api.house.now.getTime() + 301_000);
    const statuses: number[] = [];
    for (let n = 0; n < 10; n += 1) statuses.push((await erase('cus_nobody')).status);
    const other = (await api.bank.key()).key;
    const limited = await erase('cus_nobody', request, { bearer: other });
    expect(statuses).toEqual(Array(10).fill(404));
    expect(limited).toMatchObject({ status: 429, body: { bucket: 'customers.erase', limit: 10 } });
  });
});
