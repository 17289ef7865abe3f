import { array, assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { directiveProblem, packVerdict, settingsVerdict, wipeVerdict } from './acceptance.ts';

const desk = { orgId: 'org_1', deskId: 'desk_1', branch: 'Medan', held: 4 };
const offered = {
  orgId: 'org_1',
  version: 5,
  target: { branch: null, deskId: null },
  validFrom: '2026-11-01T00:00:00.000Z',
  expiresAt: '2026-12-01T00:00:00.000Z',
};
const now = '2026-11-20T00:00:00.000Z';
const refused = (problem: string) => ({ take: false, problem });

describe('settingsVerdict', () => {
  it.each([
    ['a newer issue', {}, { take: true }],
    ['the one it runs', { version: 4 }, { take: false, problem: null }],
    ['an older one', { version: 3 }, refused('settings_rollback')],
    ['of another bank', { orgId: 'org_2' }, refused('settings_not_ours')],
    ['for its branch', { target: { branch: 'Medan', deskId: null } }, { take: true }],
    ['for another branch', { target: { branch: 'Bali', deskId: null } }, refused('settings_not_ours')],
    ['for itself', { target: { branch: null, deskId: 'desk_1' } }, { take: true }],
    ['for another desk', { target: { branch: null, deskId: 'desk_2' } }, refused('settings_not_ours')],
    ['at the instant it begins', { validFrom: now }, { take: true }],
    ['not begun', { validFrom: '2026-11-20T00:00:00.001Z' }, refused('settings_expired')],
    ['at the instant it ends', { expiresAt: now }, refused('settings_expired')],
  ])('%s', (_what, change, verdict) => {
    expect(settingsVerdict({ ...offered, ...change }, desk, now)).toEqual(verdict);
  });

  it('never goes back, in whatever order issues arrive', () => {
    assert(
      property(array(integer({ min: 1, max: 20 })), (versions) => {
        let held = 0;
        for (const version of versions) {
          const before = held;
          if (settingsVerdict({ ...offered, version }, { ...desk, held }, now).take) held = version;
          expect(held).toBeGreaterThanOrEqual(before);
        }
        expect(held).toBe(Math.max(0, ...versions));
      }),
    );
  });
});

describe('packVerdict', () => {
  it('takes the next, passes over the same, refuses an earlier one', () => {
    expect(packVerdict({ sequence: 3 }, 2)).toEqual({ take: true });
    expect(packVerdict({ sequence: 2 }, 2)).toEqual({ take: false, problem: null });
    expect(packVerdict({ sequence: 1 }, 2)).toEqual(refused('pack_rollback'));
  });
});

describe('directiveProblem', () => {
  const directive = {
    orgId: 'org_1',
    deskId: 'desk_1',
    nonce: 'n1',
    issuedAt: '2026-11-20T00:00:00.000Z',
    expiresAt: '2026-11-20T00:15:00.000Z',
  };
  const asked = { orgId: 'org_1', deskId: 'desk_1', nonce: 'n1', tookMs: 100 };
  it.each([
    ['the answer to its question', {}, null],
    ['another desk’s', { deskId: 'desk_2' }, 'directive_not_ours'],
    ['another bank’s', { orgId: 'org_2' }, 'directive_not_ours'],
    ['an answer to another question', { nonce: 'n0' }, 'directive_stale'],
    ['at the end of its life', { tookMs: 900_000 }, null],
    ['after its life', { tookMs: 900_001 }, 'directive_stale'],
  ])('%s', (_what, change, problem) => {
    expect(directiveProblem(directive, { ...asked, ...change })).toBe(problem);
  });
});

describe('wipeVerdict', () => {
  it('means one key, and no other installation of the same name', () => {
    expect(wipeVerdict({ deskKey: 'a' }, 'a')).toEqual({ take: true });
    expect(wipeVerdict({ deskKey: 'a' }, 'b')).toEqual(refused('wipe_not_ours'));
  });
});
