/** The golden set against the real models where they are, and what is said where they are not. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SelfTestResult } from '../../contract/desk/self-test.ts';
import { freezeReasons } from '../../core/freeze/freeze-rules.ts';
import { cachedVision } from '../../services/cached-vision.ts';
import { installedModelCheck } from '../../services/doctor/installed-models.ts';
import { addOrganisation, openTestHouse } from '../../services/testing/test-house.ts';
import { verifyAudit } from '../../services/verify-audit.ts';
import { createInlineVision } from '../../vision/create-vision.ts';
import { installedVisionOptions } from '../../vision/open-vision.ts';
import { deskHealth } from '../sync/desk-health.ts';
import { runSelfTest } from './run-self-test.ts';
import { keepSelfTest, localDay, selfTestHistory, stateOf } from './self-test-record.ts';

let house: Awaited<ReturnType<typeof openTestHouse>>;
beforeEach(async () => {
  house = await openTestHouse();
});
afterEach(() => house.close());

const result = (change: Partial<SelfTestResult> = {}): SelfTestResult => ({
  part: 'seal',
  state: 'passed',
  lacks: null,
  value: null,
  threshold: null,
  ms: 1,
  ...change,
});
const inShort = (results: readonly SelfTestResult[]) =>
  Object.fromEntries(results.map(({ part, state, lacks }) => [part, lacks === null ? state : `${state}: ${lacks}`]));

describe('the self test', () => {
  it('without vision tests what needs none, and names what could not be tested', async () => {
    const status = { host: 'inline', state: 'down', restarts: 0, models: [] } as const;
    const ctx = { ...house.ctx, vision: { ...house.ctx.vision, status: () => Promise.resolve(status) } };
    const results = await runSelfTest(ctx);
    expect(inShort(results)).toEqual({
      seal: 'passed',
      regions: 'passed',
      screening: 'passed',
      card_read: 'untested: vision_unavailable',
      card_absent: 'untested: vision_unavailable',
      face_live: 'untested: vision_unavailable',
      face_replay: 'untested: vision_unavailable',
      match_same: 'untested: vision_unavailable',
      match_other: 'untested: vision_unavailable',
    });
    expect(stateOf(results)).toBe('incomplete');
  });

  it('names the role whose model is missing, and goes on with the parts that do not need it', async () => {
    const real = await house.ctx.vision.status();
    const models = real.models.filter(({ role }) => role !== 'face_recogniser');
    const status = { ...real, state: 'ready', models } as const;
    const ctx = { ...house.ctx, vision: { ...house.ctx.vision, status: () => Promise.resolve(status) } };
    const found = inShort(await runSelfTest(ctx));
    expect(found['match_same']).toMatch(/^untested: /);
    expect(found['face_live']).toMatch(/^untested: /);
    expect(found['screening']).toBe('passed');
  });

  it('fails the part in which a known answer does not come, and the part that breaks', async () => {
    const real = await house.ctx.vision.status();
    const roles = [
      'face_detector',
      'face_recogniser',
      'passive_liveness',
      'face_mesh',
      'ocr_detector',
      'ocr_recogniser',
    ];
    const models = roles.map((role) => ({ ...real.models[0], role, id: role, state: 'ready' })) as never;
    const vision = {
      ...house.ctx.vision,
      status: () => Promise.resolve({ ...real, state: 'ready' as const, models }),
      analyseFace: () => Promise.reject(new Error('native crash')),
    };
    const ctx = { ...house.ctx, vision };
    const frame = new Uint8Array([0xff, 0xd8, 0xff]);
    const film = {
      frames: [frame],
      frameTimesMs: [0],
      flash: { nonce: 'n', colors: ['#FFFFFF'], holdMs: [400] },
      prompts: [],
    };
    const golden = {
      card: () => Promise.resolve(film),
      noCard: () => Promise.resolve(film),
      holder: () => Promise.resolve(film),
      replayed: () => Promise.resolve(film),
      other: () => Promise.resolve(frame),
    };
    const found = inShort(await runSelfTest(ctx, { golden: () => Promise.resolve(golden) }));
    expect(found['card_read']).toBe('failed');
    expect(found['face_live']).toBe('failed');
    expect(found['seal']).toBe('passed');
  });

  it('asks to be let through before each part, and tells how far it is', async () => {
    const status = { host: 'inline', state: 'down', restarts: 0, models: [] } as const;
    const ctx = { ...house.ctx, vision: { ...house.ctx.vision, status: () => Promise.resolve(status) } };
    const told: string[] = [];
    await runSelfTest(ctx, {
      giveWay: () => Promise.resolve(void told.push('wait')),
      onPart: (done, total) => void told.push(`${done}/${total}`),
    });
    expect(told.slice(0, 4)).toEqual(['wait', '1/9', 'wait', '2/9']);
    expect(told.at(-1)).toBe('9/9');
  });
});

describe('what becomes of it', () => {
  it('nothing tested is not a pass, and one failure outweighs everything', () => {
    expect(stateOf([])).toBe('incomplete');
    expect(stateOf([result()])).toBe('passed');
    expect(stateOf([result(), result({ state: 'untested' })])).toBe('incomplete');
    expect(stateOf([result({ state: 'untested' }), result({ state: 'failed' })])).toBe('failed');
  });

  it('is kept with an audit row, and a failure freezes the desk until a run without one', async () => {
    const bank = await addOrganisation(house, 'Bank');
    const codes = async () => freezeReasons(await deskHealth(house.ctx, bank.orgId)).map(({ code }) => code);
    expect((await deskHealth(house.ctx, bank.orgId)).selfTestFailed).toBeNull();
    expect(await codes()).toEqual([]);
    await keepSelfTest(house.ctx, bank.actor('staff'), [result({ part: 'card_read', state: 'failed' })], house.now);
    expect(await codes()).toEqual(['freeze_self_test']);
    house.now = new Date(house.now.getTime() + 60_000);
    await keepSelfTest(house.ctx, bank.actor('staff'), [result({ state: 'untested' }), result()], house.now);
    expect(await codes()).toEqual([]);
    const history = await selfTestHistory(house.ctx, bank.orgId, 10);
    expect(history.map(({ state }) => state)).toEqual(['incomplete', 'failed']);
    const rows = await house.ctx.store.db
      .selectFrom('audit_log')
      .select(['detail', 'actor_id'])
      .where('event', '=', 'self_test.finished')
      .orderBy('seq')
      .execute();
    expect(rows.map(({ detail }) => JSON.parse(detail) as unknown)).toEqual([
      { state: 'failed', failed: ['card_read'], untested: [] },
      { state: 'incomplete', failed: [], untested: ['seal'] },
    ]);
    expect(rows[0]?.actor_id).toBe(bank.people.staff.id);
    expect(await verifyAudit(house.ctx.store)).toMatchObject({ intact: true });
  });

  it('a day is the one on the wall', () => {
    expect(localDay(new Date(2026, 0, 5, 0, 1))).toBe('2026-01-05');
    expect(localDay(new Date(2026, 11, 31, 23, 59))).toBe('2026-12-31');
  });
});

const installed = installedVisionOptions();
const check = await installedModelCheck();
const away = installed.ok ? (check.complete ? null : `no weights for ${check.rolesWithout.join(', ')}`) : 'no manifest';

describe.skipIf(away !== null)(`the golden set on the real models${away === null ? '' : ` (skipped: ${away})`}`, () => {
  it('is answered right throughout, and wrong thresholds would be noticed', { timeout: 240_000 }, async () => {
    if (!installed.ok) return expect.fail(installed.error.message);
    const vision = await createInlineVision({ ...installed.value, production: false });
    try {
      const results = await runSelfTest({ ...house.ctx, vision: cachedVision(vision, house.ctx.clock) });
      expect(results.filter(({ state }) => state !== 'passed')).toEqual([]);
      const value = (part: string): number => results.find((one) => one.part === part)?.value ?? Number.NaN;
      // Far from the limits on both sides: a part that passes by a hair tells nothing.
      expect(value('match_same')).toBeGreaterThan(0.8);
      expect(value('match_other')).toBeLessThan(0.28);
      expect(value('face_replay')).toBeLessThan(0.6);
    } finally {
      await vision.close();
    }
  });
});
