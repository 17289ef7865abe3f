import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BundleManifest } from '../../contract/bundle.ts';
import { deleteBlob } from '../../store/blobs.ts';
import { temporaryInstallation, type TemporaryInstallation } from '../../store/testing/temporary-installation.ts';
import { bundleHash, framesMatch, verifyEd25519 } from '../../vault/bundle-signing.ts';
import { sha256 } from '../../vault/random.ts';
import { nextDeskCounter } from './desk-counter.ts';
import type { EvidenceContext } from './evidence-context.ts';
import { openSealedCapture } from './open-sealed-capture.ts';
import { sealCapture, type CaptureDraft, type SealedCapture } from './seal-capture.ts';
import { sampleDraft } from './testing/sample-capture.ts';

const org = 'org_sample';
let place: TemporaryInstallation;
let context: EvidenceContext;

function contextOf(at: TemporaryInstallation): EvidenceContext {
  let ids = 0;
  const clock = (): Date => new Date('2026-11-20T03:05:00.000Z');
  return { store: at.store, vault: at.vault, clock, ids: { next: (prefix) => `${prefix}_${(ids += 1)}` } };
}
beforeEach(async () => {
  place = await temporaryInstallation();
  context = contextOf(place);
});
afterEach(() => place.remove());

async function seal(draft: CaptureDraft): Promise<SealedCapture> {
  const sealed = await sealCapture(context, draft);
  if (!sealed.ok) throw new Error(sealed.error.code);
  return sealed.value;
}
async function manifestOf(nonce: string): Promise<BundleManifest> {
  const capture = await openSealedCapture(context, org, nonce);
  if (!capture.ok) throw new Error(capture.error.code);
  return capture.value.bundle.manifest;
}
const count = async (table: 'outbox' | 'sealed_blobs' | 'audit_log' | 'customer_keys'): Promise<number> =>
  (await place.store.db.selectFrom(table).selectAll().execute()).length;
const codeOf = async (work: Promise<{ ok: boolean; error?: { code: string } }>): Promise<string> =>
  (await work).error?.code ?? 'ok';

describe('sealing a capture', () => {
  it('gives back, opened, the very frames and a manifest signed by this desk', async () => {
    const draft = sampleDraft('a', { kind: 'step_up', frames: 3 });
    const { nonce, bundleHash: hash, size } = await seal({ ...draft, riskLevel: 'high', actionLabel: 'transfer' });
    place = await place.reopen();
    const capture = await openSealedCapture(contextOf(place), org, nonce);
    if (!capture.ok) throw new Error(capture.error.code);
    const { bundle, ...head } = capture.value;
    expect(head).toEqual({
      kind: 'step_up',
      customerId: 'cus_sample',
      nonce,
      riskLevel: 'high',
      actionLabel: 'transfer',
    });
    expect(bundle.frames.map((frame) => Buffer.from(frame).toString('hex'))).toEqual(
      draft.frames.map((frame) => Buffer.from(frame).toString('hex')),
    );
    expect(bundle.manifest.frames).toEqual(draft.frames.map((frame) => sha256(frame)));
    expect(framesMatch(bundle)).toBe(true);
    expect(verifyEd25519(bundle.manifest, place.vault.desk.publicKey)).toBe(true);
    expect(bundleHash(bundle.manifest)).toBe(hash);
    expect(bundle.manifest).toMatchObject({
      signatureAlg: 'ed25519',
      deviceId: place.vault.desk.id,
      evidence: { kind: 'step_up', counter: 1, previousBundleHash: null, simulated: true },
    });
    const row = await place.store.db.selectFrom('outbox').selectAll().executeTakeFirstOrThrow();
    expect(row).toMatchObject({
      id: nonce,
      state: 'pending',
      attempts: 0,
      size,
      captured_at: '2026-11-20T03:04:05.000Z',
    });
  });

  it('chains the bundles of a desk by counter and hash, across customers and restarts', async () => {
    const first = await seal(sampleDraft('1', { customerId: 'cus_a' }));
    const second = await seal(sampleDraft('2', { customerId: 'cus_b' }));
    place = await place.reopen();
    context = { ...contextOf(place), ids: { next: (prefix) => `${prefix}_after` } };
    const third = await seal(sampleDraft('3', { customerId: 'cus_a' }));
    const chain = await Promise.all(
      [first, second, third].map(async ({ nonce }) => (await manifestOf(nonce)).evidence),
    );
    expect(chain.map((evidence) => evidence?.counter)).toEqual([1, 2, 3]);
    expect(chain.map((evidence) => evidence?.previousBundleHash)).toEqual([null, first.bundleHash, second.bundleHash]);
  });

  it('names the watch lists that were in force', async () => {
    const { nonce } = await seal(sampleDraft('before'));
    expect((await manifestOf(nonce)).evidence?.listVersions).toEqual({});
    const given = { title: 't', format: 'f', source: 's', licence: 'l', hash: 'h', entries: 1 };
    const times = { published_at: '2026-11-01', imported_at: '2026-11-02T00:00:00.000Z' };
    const settings = { settings: '{}', created_at: times.imported_at, updated_at: times.imported_at };
    const bank = (id: string) => ({ id, name: id, branch: 'b', ...settings });
    await place.store.db
      .insertInto('organisations')
      .values([bank(org), bank('org_other')])
      .execute();
    const pack = (id: string, version: string, state: 'active' | 'replaced', owner = org) =>
      place.store.db
        .insertInto('screening_packs')
        .values({ id, org_id: owner, list_id: 'dttot', version, state, ...given, ...times } as never)
        .execute();
    await pack('lst_1', '2026-10', 'replaced');
    await pack('lst_2', '2026-11', 'active');
    await pack('lst_3', '2025-01', 'active', 'org_other');
    const later = await seal(sampleDraft('after'));
    expect((await manifestOf(later.nonce)).evidence?.listVersions).toEqual({ dttot: '2026-11' });
  });

  it('takes the bundle hash for a nonce where there was no challenge', async () => {
    const draft = sampleDraft('none');
    const { flashChallengeNonce: _none, ...manifest } = draft.manifest;
    const sealed = await seal({ ...draft, manifest });
    expect(sealed.nonce).toBe(sealed.bundleHash);
  });

  it('stores all of it or nothing', async () => {
    await seal(sampleDraft('kept'));
    const failing: EvidenceContext = { ...context, ids: { next: () => 'blob_1' } }; // the id is taken
    await expect(sealCapture(failing, sampleDraft('lost', { customerId: 'cus_new' }))).rejects.toMatchObject({
      kind: 'constraint',
    });
    expect([
      await count('outbox'),
      await count('sealed_blobs'),
      await count('audit_log'),
      await count('customer_keys'),
    ]).toEqual([1, 1, 1, 1]);
    const next = await seal(sampleDraft('next'));
    expect((await manifestOf(next.nonce)).evidence?.counter).toBe(2);
  });

  it('writes nothing personal into the audit row', async () => {
    const draft = sampleDraft('quiet');
    const evidence = { ...draft.manifest.evidence, subject: { fullName: 'BUDI SANTOSO', nik: '3171010101900001' } };
    const { nonce, bundleHash: hash } = await seal({ ...draft, manifest: { ...draft.manifest, evidence } });
    const row = await place.store.db.selectFrom('audit_log').selectAll().executeTakeFirstOrThrow();
    expect(row).toMatchObject({
      event: 'bundle.sealed',
      actor_id: 'usr_operator',
      object_id: nonce,
      subject: place.vault.subjectId(org, 'cus_sample'),
    });
    expect(JSON.parse(row.detail)).toMatchObject({ kind: 'ktp', bundleHash: hash, counter: 1, simulated: true });
    expect(JSON.stringify(row)).not.toMatch(/BUDI|3171010101900001|cus_sample/);
  });

  it('refuses a reused nonce, changed frames, a shape that is no bundle, and an erased customer', async () => {
    const draft = sampleDraft('twice');
    await seal(draft);
    expect(await codeOf(sealCapture(context, draft))).toBe('nonce_reused');
    const changed = { ...sampleDraft('x'), frames: sampleDraft('y').frames };
    expect(
      await codeOf(
        sealCapture(context, {
          ...changed,
          manifest: { ...changed.manifest, frames: sampleDraft('x').frames.map(sha256) },
        }),
      ),
    ).toBe('frames_changed');
    expect(await codeOf(sealCapture(context, { ...sampleDraft('z'), frames: [] }))).toBe('validation_failed');
    await place.store.db.updateTable('customer_keys').set({ wrapped_key: null, destroyed_at: 'now' }).execute();
    expect(await codeOf(sealCapture(context, sampleDraft('late')))).toBe('customer_erased');
    expect(await count('outbox')).toBe(1);
  });
});

describe('opening a sealed capture', () => {
  it('answers nothing to another organisation, after erasure, or under another nonce', async () => {
    const { nonce } = await seal(sampleDraft('a'));
    const other = await seal(sampleDraft('b'));
    expect(await codeOf(openSealedCapture(context, 'org_other', nonce))).toBe('not_found');
    const rows = await place.store.db.selectFrom('outbox').select(['id', 'blob_id']).execute();
    const blobOfOther = rows.find(({ id }) => id === other.nonce)?.blob_id ?? '';
    await place.store.db.updateTable('outbox').set({ blob_id: blobOfOther }).where('id', '=', nonce).execute();
    expect(await codeOf(openSealedCapture(context, org, nonce))).toBe('seal_broken');
    await place.store.db.updateTable('customer_keys').set({ wrapped_key: null, destroyed_at: 'now' }).execute();
    expect(await codeOf(openSealedCapture(context, org, other.nonce))).toBe('customer_erased');
  });

  it('refuses a capture that another desk signed', async () => {
    const { nonce } = await seal(sampleDraft('a'));
    const stranger = {
      ...place.vault,
      desk: { ...place.vault.desk, publicKeys: [Buffer.alloc(32, 9).toString('base64url')] },
    };
    expect(await codeOf(openSealedCapture({ store: place.store, vault: stranger }, org, nonce))).toBe(
      'signature_invalid',
    );
  });

  it('cannot lose its envelope before delivery', async () => {
    await seal(sampleDraft('a'));
    const { blob_id: id } = await place.store.db.selectFrom('outbox').select('blob_id').executeTakeFirstOrThrow();
    await expect(deleteBlob(place.store.db, org, id)).rejects.toMatchObject({ constraint: 'undelivered_capture' });
    await place.store.db.updateTable('outbox').set({ state: 'delivered', delivered_at: 'now' }).execute();
    expect(await deleteBlob(place.store.db, org, id)).toBe(true);
  });
});

it('desk counters only go up, each by its own name', async () => {
  const next = (name: string) => place.store.transaction((trx) => nextDeskCounter(trx, 'desk_1', name));
  expect([await next('challenge'), await next('challenge'), await next('other'), await next('challenge')]).toEqual([
    1, 2, 1, 3,
  ]);
});
