/** Administration and upkeep through the desk's own door, on a real vault and store: who may, what is refused, what is left behind. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultDeskSettings } from '../../../contract/desk/devices.ts';
import type { JobKind, JobView } from '../../../contract/desk/jobs.ts';
import type { DeskAnswer, DeskCallName, DeskParams } from '../../../contract/desk/calls.ts';
import type { Result } from '../../../contract/result.ts';
import { createLogRing } from '../../../services/logs/log-ring.ts';
import { addOrganisation, openTestHouse, password, type TestHouse } from '../../../services/testing/test-house.ts';
import { createDeskHandlers, type Desk } from '../../desk-handlers.ts';
import { openDeskDoor, type DeskDoor } from '../../desk-door.ts';
import { createEmbeddedSink } from '../../embedded-sink.ts';
import { createOutboxPump } from '../../sync/outbox-pump.ts';

let house: TestHouse;
let bank: Awaited<ReturnType<typeof addOrganisation>>;
let desk: Desk;
let folder: string;
let door: DeskDoor;
const jobs: JobView[] = [];

beforeEach(async () => {
  house = await openTestHouse();
  bank = await addOrganisation(house, 'Bank');
  folder = await mkdtemp(join(tmpdir(), 'loket-admin-'));
  const { ctx } = house;
  const logs = createLogRing(ctx.clock);
  desk = createDeskHandlers({
    ctx: { ...ctx, logger: logs.over(ctx.logger) },
    pump: createOutboxPump({ store: ctx.store, vault: ctx.vault, sink: createEmbeddedSink(ctx), clock: ctx.clock }),
    simulator: null,
    logs,
    upkeep: {
      examine: () =>
        Promise.resolve([
          { check: 'disk', state: 'amber', code: 'disk_low', message: '9 MiB free', remedy: 'Free it.' },
        ]),
    },
    config: { address: () => 'http://localhost:0', idleSeconds: 3_600, exportFolder: join(folder, 'exports') },
  });
  await desk.start();
  jobs.length = 0;
  door = openDeskDoor(desk, 'window-1');
  door.on('jobs.changed', (job) => jobs.push(job));
});
afterEach(async () => {
  desk.close();
  await house.close();
  await rm(folder, { recursive: true, force: true });
});

const ask = async <N extends DeskCallName>(name: N, params: DeskParams<N>): Promise<Result<DeskAnswer<N>>> =>
  (await door.call(name, params)) as Result<DeskAnswer<N>>;
async function call<N extends DeskCallName>(name: N, params: DeskParams<N>): Promise<DeskAnswer<N>> {
  const answer = await ask(name, params);
  if (!answer.ok) throw new Error(`${name}: ${answer.error.code} ${answer.error.message}`);
  return answer.value;
}
async function refusal<N extends DeskCallName>(name: N, params: DeskParams<N>): Promise<string> {
  const answer = await ask(name, params);
  return answer.ok ? 'accepted' : answer.error.code;
}
const signIn = (role: 'staff' | 'supervisor' | 'compliance' | 'admin') =>
  call('auth.signIn', { email: `${role}@bank.test`, password });
async function ended<K extends JobKind>(kind: K): Promise<JobView<K>> {
  await expect
    .poll(() => jobs.find((job) => job.kind === kind && job.state !== 'running'), { timeout: 20_000 })
    .toBeDefined();
  return jobs.find((job) => job.kind === kind && job.state !== 'running') as JobView<K>;
}
const later = (minutes: number): void => void (house.now = new Date(house.now.getTime() + minutes * 60_000));
const events = async (): Promise<string[]> =>
  (await house.ctx.store.db.selectFrom('audit_log').select('event').orderBy('seq').execute()).map(({ event }) => event);

describe('people', () => {
  it('are listed with their last sign-in, added with a password shown once, and changed', async () => {
    await signIn('admin');
    const made = await call('users.add', { email: 'baru@bank.test', fullName: 'Baru Sekali', role: 'staff' });
    expect(made.password?.length).toBeGreaterThanOrEqual(18);
    expect(made.lastSignInAt).toBeNull();
    const list = await call('users.list', {});
    expect(list.total).toBe(6);
    expect(list.rows.find(({ role }) => role === 'admin')?.lastSignInAt).toBe(house.now.toISOString());
    expect(JSON.stringify(list)).not.toContain(made.password);
    expect(await call('users.change', { id: made.id, change: { role: 'analyst' } })).toMatchObject({ role: 'analyst' });
    expect(await refusal('users.change', { id: bank.people.admin.id, change: { disabled: true } })).toBe('own_account');
  });

  it('get a new password that opens, while the old one and the open session do not', async () => {
    const theirs = openDeskDoor(desk, 'window-2');
    await theirs.call('auth.signIn', { email: 'staff@bank.test', password });
    await signIn('admin');
    const reset = await call('users.resetPassword', { id: bank.people.staff.id });
    expect(await refusal('users.resetPassword', { id: bank.people.admin.id })).toBe('own_account');
    expect(await refusal('auth.signIn', { email: 'staff@bank.test', password })).toBe('invalid_credentials');
    expect(await refusal('auth.signIn', { email: 'staff@bank.test', password: reset.password ?? '' })).toBe('accepted');
    const sessions = await house.ctx.store.db
      .selectFrom('sessions')
      .select('user_id')
      .where('user_id', '=', bank.people.staff.id)
      .execute();
    // The one just opened; the one of before is gone.
    expect(sessions).toHaveLength(1);
    expect(await events()).toContain('user.password_reset');
  });

  it('cannot be changed by anybody whose last proof is older than five minutes, until he proves himself', async () => {
    await signIn('admin');
    later(6);
    const add = { email: 'baru@bank.test', fullName: 'Baru Sekali', role: 'staff' } as const;
    expect(await refusal('users.add', add)).toBe('reauthentication_required');
    expect(await refusal('auth.provePassword', { password: 'wrong' })).toBe('invalid_credentials');
    expect(await refusal('users.add', add)).toBe('reauthentication_required');
    await call('auth.provePassword', { password });
    expect(await refusal('users.add', add)).toBe('accepted');
  });

  it('are seen by compliance and changed by the admin alone', async () => {
    await signIn('compliance');
    expect(await refusal('users.list', {})).toBe('accepted');
    expect(await refusal('users.unlock', { id: bank.people.staff.id })).toBe('forbidden');
    await signIn('supervisor');
    expect(await refusal('users.list', {})).toBe('forbidden');
  });
});

it('every risky call asks for a fresh proof', async () => {
  await signIn('admin');
  later(6);
  const risky: { [N in DeskCallName]?: DeskParams<N> } = {
    'users.resetPassword': { id: bank.people.staff.id },
    'users.removePasskeys': { id: bank.people.staff.id },
    'apiKeys.create': { name: 'core', scopes: ['read'] },
    'apiKeys.revoke': { id: 'key_1' },
    'webhooks.rotate': { id: 'whk_1' },
    'settings.change': { patch: { review: { slaMinutes: 45 } } },
    'exports.begin': { kind: 'customers', to: 'page' },
    'backup.create': { folder: '/tmp' },
    'lists.remove': { listId: 'ofac' },
    'desks.issueCode': { name: 'Loket 4' },
    'models.install': { upload: 'upl_1' },
  };
  for (const [name, params] of Object.entries(risky))
    expect([name, await refusal(name as DeskCallName, params as never)]).toEqual([name, 'reauthentication_required']);
});

describe('keys and webhooks', () => {
  it('show a key once, and end it', async () => {
    await signIn('admin');
    const made = await call('apiKeys.create', { name: 'core banking', scopes: ['customers:view'] });
    expect(made.key).toMatch(/^qe_sk_sandbox_/);
    const list = await call('apiKeys.list', {});
    expect(JSON.stringify(list)).not.toContain(made.key);
    expect(list.rows).toMatchObject([{ name: 'core banking', scopes: ['customers:view'], lastUsedAt: null }]);
    expect((await call('apiKeys.revoke', { id: made.id })).revokedAt).not.toBeNull();
    expect(await refusal('apiKeys.revoke', { id: made.id })).toBe('key_revoked');
  });

  it('keep a delivery log of a webhook and send again on request', async () => {
    await signIn('admin');
    await call('settings.change', { patch: { webhookAllowList: ['127.0.0.1:9'] } });
    expect(await refusal('webhooks.create', { url: 'http://10.0.0.1/', events: ['verification.created'] })).toBe(
      'webhook_target_refused',
    );
    const hook = await call('webhooks.create', { url: 'http://127.0.0.1:9/x', events: ['verification.created'] });
    expect(hook.secret).toMatch(/^qe_whsec_/);
    expect(JSON.stringify(await call('webhooks.list', {}))).not.toContain(hook.secret);
    const test = await call('webhooks.test', { id: hook.id });
    const log = await call('webhooks.deliveries', { id: hook.id });
    expect(log.rows).toMatchObject([{ id: test.id, event: 'webhook.test', state: 'pending' }]);
    const again = await call('webhooks.replay', { id: hook.id, deliveryId: test.id });
    expect(again.replayOf).toBe(test.id);
    expect((await call('webhooks.rotate', { id: hook.id })).secret).not.toBe(hook.secret);
    expect((await call('webhooks.update', { id: hook.id, change: { status: 'disabled' } })).status).toBe('disabled');
    expect(await refusal('webhooks.test', { id: hook.id })).toBe('webhook_disabled');
    await call('webhooks.remove', { id: hook.id });
    expect((await call('webhooks.list', {})).total).toBe(0);
  });
});

it('a setting shows what it was before and who changed it; nonsense is refused with its place', async () => {
  await signIn('admin');
  await call('settings.change', { patch: { review: { slaMinutes: 45 } } });
  later(1);
  const view = await call('settings.change', { patch: { review: { slaMinutes: 60 } } });
  expect(view.settings.review.slaMinutes).toBe(60);
  expect(view.defaults.review.slaMinutes).toBe(30);
  expect(view.changes['review.slaMinutes']).toEqual({
    at: house.now.toISOString(),
    by: bank.people.admin.id,
    from: 45,
    to: 60,
  });
  const wrong = await ask('settings.change', { patch: { thresholds: { matchReview: 0.9 } } });
  expect(wrong).toMatchObject({
    error: { details: { fieldErrors: { 'thresholds.matchReview': [expect.any(String)] } } },
  });
  expect(await refusal('settings.change', { patch: { review: { slaMinutes: 0 } } })).toBe('validation_failed');
});

it('a software camera is not pinned where customers are real', async () => {
  const cameras = { card: { fingerprint: 'a', label: 'OBS Virtual Camera' }, face: null };
  const settings = { ...defaultDeskSettings, cameras };
  await signIn('supervisor');
  expect(await refusal('devices.configure', { settings })).toBe('accepted');
  await signIn('admin');
  await call('settings.change', { patch: { environment: 'live' } });
  expect(await refusal('devices.configure', { settings })).toBe('forbidden');
});

describe('exports', () => {
  async function through(id: string): Promise<{ text: string; savedAs: string | null; rows: number }> {
    let text = '';
    for (;;) {
      const piece = await call('exports.next', { id });
      text += piece.text ?? '';
      if (piece.done) return { text, savedAs: piece.savedAs, rows: piece.rows };
    }
  }

  it('give the page the text piece by piece, and write it down in the log', async () => {
    await signIn('compliance');
    const begun = await call('exports.begin', { kind: 'customers', to: 'page' });
    expect(begun.total).toBe(0);
    const { text, rows } = await through(begun.id);
    expect(text).toMatch(/^id,fullName,nik/);
    expect(rows).toBe(0);
    expect(await refusal('exports.next', { id: begun.id })).toBe('not_found');
    expect(await events()).toContain('export.created');
  });

  it('are written whole into the one folder where the page may not save', async () => {
    await signIn('admin');
    const begun = await call('exports.begin', { kind: 'audit', to: 'desk' });
    const { savedAs, text } = await through(begun.id);
    expect(text).toBe('');
    const written = (await readFile(savedAs ?? '', 'utf8')).trimEnd().split('\n');
    expect(JSON.parse(written[0] ?? '')).toMatchObject({ format: 'loket-audit/1' });
    expect(JSON.parse(written.at(-1) ?? '')).toMatchObject({ end: { rows: begun.total } });
    expect(await readdir(join(folder, 'exports'))).toEqual([begun.fileName]);
  });

  it('belong to whoever began them', async () => {
    await signIn('admin');
    const begun = await call('exports.begin', { kind: 'verifications', to: 'page' });
    await signIn('compliance');
    expect(await refusal('exports.next', { id: begun.id })).toBe('not_found');
  });
});

describe('the audit log', () => {
  it('is filtered, names people, and proves a row step by step', async () => {
    await signIn('compliance');
    const rows = await call('audit.list', { event: 'auth.login' });
    expect(rows.rows[0]).toMatchObject({ event: 'auth.login', actor: { kind: 'user', name: 'compliance of Bank' } });
    const proof = await call('audit.prove', { seq: rows.rows[0]?.seq ?? 0 });
    expect(proof).toMatchObject({ content: true, link: true, inclusion: true, signature: true });
    expect(await refusal('audit.prove', { seq: 99_999 })).toBe('not_found');
    await call('audit.verify', {});
    expect((await ended('audit_verify')).outcome).toMatchObject({ intact: true, brokenAt: null });
  });

  it('of another organisation cannot be proven from here', async () => {
    const other = await addOrganisation(house, 'Other');
    await signIn('compliance');
    const { seq } = await house.ctx.store.db
      .selectFrom('audit_log')
      .select('seq')
      .where('org_id', '=', other.orgId)
      .executeTakeFirstOrThrow();
    expect(await refusal('audit.prove', { seq: Number(seq) })).toBe('not_found');
  });
});

describe('upkeep', () => {
  it('examines, and tells only whoever asked', async () => {
    const other = openDeskDoor(desk, 'window-2');
    const heard: unknown[] = [];
    other.on('jobs.changed', (job) => heard.push(job));
    await other.call('auth.signIn', { email: 'staff@bank.test', password });
    await signIn('supervisor');
    await call('health.examine', {});
    expect((await ended('health')).outcome).toMatchObject({ findings: [{ check: 'disk', state: 'amber' }] });
    expect(heard).toEqual([]);
    expect((await call('jobs.list', {})).map(({ kind }) => kind)).toEqual(['health']);
  });

  it('makes a backup in the named folder and shows it as the last one', async () => {
    await signIn('admin');
    expect((await call('storage.status', {})).backup.last).toBeNull();
    expect(await refusal('backup.create', { folder: 'relative' })).toBe('validation_failed');
    await call('backup.create', { folder });
    const done = await ended('backup');
    if (house.ctx.store.engine !== 'sqlite') return expect(done.failure?.code).toBe('backup_elsewhere');
    expect(done.outcome?.size).toBeGreaterThan(0);
    const { backup, kinds } = await call('storage.status', {});
    expect(backup).toMatchObject({ possible: true, folders: [folder], last: { bytes: done.outcome?.size } });
    expect(kinds.every(({ bytes }) => bytes > 0)).toBe(true);
    return undefined;
  });

  it('takes a list in pieces, puts it in force, and leaves nothing lying', async () => {
    await signIn('compliance');
    const { id } = await call('uploads.begin', {});
    const csv = new TextEncoder().encode(
      'id,type,name,aliases,topics,birth_dates,birth_places,countries,id_numbers,addresses,programme,remarks\n',
    );
    await call('uploads.append', { id, name: 'daftar.csv', offset: 0, bytes: csv });
    expect(await refusal('uploads.append', { id, name: 'daftar.csv', offset: 9_999, bytes: csv })).toBe(
      'upload_offset',
    );
    const twice = await call('uploads.append', { id, name: 'daftar.csv', offset: 0, bytes: csv });
    expect(twice.files).toEqual([{ name: 'daftar.csv', bytes: csv.length }]);
    expect(await refusal('uploads.append', { id, name: '../x', offset: 0, bytes: csv })).toBe('validation_failed');
    await call('lists.import', { upload: id, format: 'loket-csv', listId: 'bank-own' });
    const failed = await ended('list_import');
    expect(failed).toMatchObject({ state: 'failed', outcome: null });
    expect(await readdir(join(house.directory, 'data', 'incoming'))).toEqual([]);
    expect((await call('lists.status', {})).lists).toEqual([]);
  });

  it('shows the log to keepers, without the message of a bug', async () => {
    await signIn('supervisor');
    desk.logBug('outbox.list', new TypeError('value 3171014101900001 was wrong'));
    const { lines } = await call('logs.list', { level: 'error' });
    expect(lines[0]).toMatchObject({ level: 'error', fields: { call: 'outbox.list', kind: 'TypeError' } });
    expect(JSON.stringify(lines)).not.toContain('3171014101900001');
    await signIn('staff');
    expect(await refusal('logs.list', {})).toBe('forbidden');
  });

  it('runs the self test once at a time, and everybody at the counter hears of it', async () => {
    await signIn('staff');
    const started = await call('selfTest.run', {});
    expect(started.state).toBe('running');
    expect(await refusal('selfTest.run', {})).toBe('busy');
    const done = await ended('self_test');
    expect(done.outcome?.state).toBe('incomplete');
    expect((await call('selfTest.latest', {}))?.id).toBe(done.outcome?.id);
    await signIn('admin');
    expect((await call('jobs.list', {})).map(({ kind }) => kind)).toEqual(['self_test']);
  });
});
