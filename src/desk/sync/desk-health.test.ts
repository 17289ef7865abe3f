import { afterEach, beforeEach, expect, it } from 'vitest';
import { freezeReasons } from '../../core/freeze/freeze-rules.ts';
import { installedModelsIssued } from '../../services/models/models-issued.ts';
import { appendAudit } from '../../store/audit-log.ts';
import { temporaryInstallation, type TemporaryInstallation } from '../../store/testing/temporary-installation.ts';
import { sealCapture } from '../evidence/seal-capture.ts';
import { sampleDraft } from '../evidence/testing/sample-capture.ts';
import { deskHealth, noteClockSkew } from './desk-health.ts';
import { setCaptureAside } from './outbox-person.ts';

const dayMs = 86_400_000;
let place: TemporaryInstallation;
let now: Date;
const clock = (): Date => now;
beforeEach(async () => {
  now = new Date('2026-11-20T03:00:00.000Z');
  modelsIssued = null;
  place = await temporaryInstallation(clock);
});
afterEach(() => place.remove());

let modelsIssued: string | null;
const health = () => deskHealth({ store: place.store, clock, modelsIssued: () => modelsIssued }, 'org_sample');
const codes = async (): Promise<string[]> => freezeReasons(await health()).map(({ code }) => code);

it('measures a new desk as one that may begin', async () => {
  expect(await health()).toMatchObject({
    pending: 0,
    oldestPendingMs: null,
    clockSkewMs: null,
    clockBackMs: 0,
    listAgeMs: null,
  });
  expect(await codes()).toEqual([]);
});

it('counts what waits, and no longer what a person set aside', async () => {
  const ids = { next: (prefix: string) => `${prefix}_1` };
  const sealed = await sealCapture({ store: place.store, vault: place.vault, clock, ids }, sampleDraft('one'));
  if (!sealed.ok) return expect.fail(sealed.error.code);
  now = new Date(now.getTime() + 15 * dayMs);
  expect(await codes()).toEqual(['freeze_pending_old']);
  const { nonce } = sealed.value;
  await setCaptureAside(place.store, clock, { orgId: 'org_sample', nonce, by: 'usr_1', reason: 'customer left' });
  expect(await codes()).toEqual([]);
});

it('knows by its own log that the clock was turned back, and by the hub that it is off', async () => {
  await place.store.transaction((trx) =>
    appendAudit(trx, { orgId: 'org_sample', event: 'auth.login', actor: { kind: 'user', id: 'u' }, occurredAt: now }),
  );
  now = new Date(now.getTime() - 365 * dayMs);
  expect(await codes()).toEqual(['freeze_clock']);
  now = new Date('2026-11-20T03:00:01.000Z');
  expect(await codes()).toEqual([]);
  await noteClockSkew(place.store, -11 * 60_000);
  expect(await codes()).toEqual(['freeze_clock']);
  await noteClockSkew(place.store, 500);
  expect(await codes()).toEqual([]);
});

it('sees how old the oldest active list is', async () => {
  const pack = {
    org_id: 'org_sample',
    title: 't',
    format: 'f',
    version: '1',
    source: 's',
    licence: 'l',
    hash: 'h',
    entries: 1,
    imported_at: now.toISOString(),
    signed_by: null,
    signature: null,
  };
  const rows = [
    { ...pack, id: 'p1', list_id: 'a', state: 'active' as const, published_at: '2026-11-19' },
    { ...pack, id: 'p2', list_id: 'b', state: 'active' as const, published_at: '2026-10-01' },
    { ...pack, id: 'p3', list_id: 'b', state: 'replaced' as const, published_at: '2020-01-01' },
  ];
  const at = now.toISOString();
  await place.store.transaction(async (trx) => {
    const org = { id: 'org_sample', name: 'Bank', branch: 'KCP', settings: '{}', created_at: at, updated_at: at };
    await trx.insertInto('organisations').values(org).execute();
    await trx.insertInto('screening_packs').values(rows).execute();
  });
  expect(Math.round(((await health()).listAgeMs ?? 0) / dayMs)).toBe(50);
  expect(await codes()).toEqual(['freeze_lists_old']);
});

it('sees how long ago the models were issued, and asks the installed manifest where nobody says', async () => {
  modelsIssued = '2025-10-17';
  expect(await health()).toMatchObject({ modelAgeMs: 399 * dayMs + 3 * 3_600_000 });
  expect(await codes()).toEqual([]);
  modelsIssued = '2025-10-15';
  expect(await codes()).toEqual(['freeze_models_old']);
  const issued = installedModelsIssued();
  expect(issued).toMatch(/^20\d\d-\d\d-\d\d$/);
  now = new Date(Date.parse(issued ?? '') + 401 * dayMs);
  const { modelAgeMs } = await deskHealth({ store: place.store, clock }, 'org_sample');
  expect(modelAgeMs).toBe(401 * dayMs);
});
