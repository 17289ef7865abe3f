import { assert, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultFleetLimits as limits, deskStanding, isAtLeast, type DeskFacts, type Expected } from './desk-state.ts';

const now = new Date('2026-11-20T08:00:00.000Z');
const ago = (ms: number): string => new Date(now.getTime() - ms).toISOString();
const day = 86_400_000;

const expected: Expected = {
  minimumVersion: '0.1.0',
  settings: 3,
  packs: [{ kind: 'list', name: 'dttot', sequence: 2 }],
  models: { yunet: 'a'.repeat(64) },
  lists: ['dttot'],
};
const report: NonNullable<DeskFacts['report']> = {
  deskId: 'desk_1',
  at: ago(1_000),
  version: '0.1.0',
  platform: 'linux x64',
  keystore: 'file',
  models: [{ role: 'face_detector', id: 'yunet', sha256: 'a'.repeat(64), state: 'ready' }],
  lists: [{ id: 'dttot', version: '2', publishedAt: ago(day), entries: 10 }],
  disk: { freeBytes: limits.diskAmberBytes },
  outbox: { pending: 0, oldestAt: null, refused: 0 },
  cameras: [],
  settings: { version: 3, appliedAt: ago(day) },
  packs: [{ kind: 'list', name: 'dttot', sequence: 2 }],
  problems: [],
  wipe: null,
};
const facts: DeskFacts = {
  status: 'active',
  enrolledAt: ago(30 * day),
  seenAt: ago(1_000),
  skewMs: 0,
  report,
  wipe: 'none',
};
const of = (change: Partial<DeskFacts>, said: Partial<typeof report> = {}, want: Partial<Expected> = {}) =>
  deskStanding({ ...facts, report: { ...report, ...said }, ...change }, { ...expected, ...want }, now);
const codes = (...given: Parameters<typeof of>) => of(...given).findings.map(({ code }) => code);

describe('deskStanding', () => {
  it('finds nothing wrong with a desk that runs what it should', () => {
    expect(of({})).toEqual({ state: 'well', findings: [] });
  });

  it.each([
    ['fleet_silent', { seenAt: ago(limits.silentMs + 1) }, { seenAt: ago(limits.silentMs) }],
    ['fleet_clock', { skewMs: -limits.clockMs - 1 }, { skewMs: -limits.clockMs }],
    ['fleet_clock', { skewMs: limits.clockMs + 1 }, { skewMs: limits.clockMs }],
  ] as const)('%s just beyond the limit, not at it', (code, beyond, at) => {
    expect(codes(beyond)).toEqual([code]);
    expect(codes(at)).toEqual([]);
  });

  const list = { id: 'dttot', version: '1', entries: 1 };
  it.each([
    [
      'fleet_lists_old',
      { lists: [{ ...list, publishedAt: ago(limits.listAmberMs + 1) }] },
      { lists: [{ ...list, publishedAt: ago(limits.listAmberMs) }] },
    ],
    ['fleet_lists_old', { lists: [{ ...list, publishedAt: 'some day' }] }, {}],
    ['fleet_lists_missing', { lists: [] }, {}],
    ['fleet_disk_low', { disk: { freeBytes: limits.diskAmberBytes - 1 } }, {}],
    ['fleet_disk_unknown', { disk: null }, {}],
    [
      'fleet_pending_old',
      { outbox: { pending: 1, oldestAt: ago(limits.pendingAmberMs + 1), refused: 0 } },
      { outbox: { pending: 1, oldestAt: ago(limits.pendingAmberMs), refused: 0 } },
    ],
    ['fleet_refused', { outbox: { pending: 0, oldestAt: null, refused: 1 } }, {}],
    ['fleet_settings_behind', { settings: { version: 2, appliedAt: ago(day) } }, {}],
    ['fleet_settings_behind', { settings: null }, {}],
    ['fleet_packs_behind', { packs: [] }, {}],
    ['fleet_problem', { problems: [{ code: 'settings_rollback', about: null, since: ago(1) }] }, {}],
    ['fleet_version_old', { version: '0.0.9' }, { version: '0.2.0' }],
    ['fleet_models_missing', { models: [] }, {}],
    ['fleet_models_differ', { models: [{ ...report.models[0]!, sha256: 'b'.repeat(64) }] }, {}],
  ] as const)('%s', (code, wrong, right) => {
    expect(codes({}, wrong as never)).toEqual([code]);
    expect(codes({}, right as never)).toEqual([]);
  });

  it('takes weights it does not know, or without a hash, for others', () => {
    const [model] = report.models;
    expect(codes({}, { models: [{ ...model!, id: 'unknown' }] })).toEqual(['fleet_models_differ']);
    expect(codes({}, { models: [{ ...model!, sha256: null }] })).toEqual(['fleet_models_differ']);
    expect(codes({}, { models: [{ ...model!, state: 'refused' }] })).toEqual([
      'fleet_models_differ',
      'fleet_models_missing',
    ]);
  });

  it('says more of what a desk was ordered, or of its end, than of how it is', () => {
    expect(of({ seenAt: null, report: null }).state).toBe('never_seen');
    expect(of({ wipe: 'ordered' }).state).toBe('wiping');
    expect(of({ wipe: 'ordered', status: 'revoked' }).state).toBe('wiping');
    expect(of({ wipe: 'acknowledged', status: 'revoked' }).state).toBe('wiped');
    expect(of({ status: 'revoked' })).toEqual({ state: 'revoked', findings: [] });
    expect(of({ seenAt: ago(limits.longSilentMs + 1) }).state).toBe('silent');
  });

  it('never gets better by more silence, less disk or an older list', () => {
    const rank = { well: 0, watch: 1, trouble: 2, silent: 3 } as const;
    const number = integer({ min: 0, max: 40 * day });
    assert(
      property(
        record({ quiet: number, old: number, free: number, what: constantFrom('quiet', 'old', 'free') }),
        (given) => {
          const at = ({ quiet, old, free }: { quiet: number; old: number; free: number }) =>
            of({ seenAt: ago(quiet) }, { lists: [{ ...list, publishedAt: ago(old) }], disk: { freeBytes: free } });
          const [before, after] = [
            at(given),
            at({ ...given, [given.what]: given.what === 'free' ? 0 : given[given.what] * 2 }),
          ];
          expect(rank[after.state as keyof typeof rank]).toBeGreaterThanOrEqual(
            rank[before.state as keyof typeof rank],
          );
          expect(after.findings.length).toBeGreaterThanOrEqual(before.findings.length);
        },
      ),
    );
  });

  it('is in trouble exactly when something red was found and it is not silent', () => {
    expect(of({}, { disk: { freeBytes: limits.diskRedBytes - 1 } }).state).toBe('trouble');
    expect(of({}, { disk: { freeBytes: limits.diskRedBytes } }).state).toBe('watch');
  });
});

describe('isAtLeast', () => {
  it.each([
    ['0.2.0', '0.1.9', true],
    ['0.10.0', '0.9.0', true],
    ['1.0', '1.0.0', true],
    ['0.1.0', '0.1.1', false],
    ['odd', '0.0.1', false],
  ])('%s ≥ %s: %s', (has, wanted, answer) => {
    expect(isAtLeast(has, wanted)).toBe(answer);
  });

  it('is total: one of two versions is at least the other', () => {
    const part = integer({ min: 0, max: 99 });
    assert(
      property(part, part, part, part, (a, b, c, d) => {
        const [one, two] = [`${a}.${b}.0`, `${c}.${d}.0`];
        expect(isAtLeast(one, two) || isAtLeast(two, one)).toBe(true);
        expect(isAtLeast(one, two) && isAtLeast(two, one)).toBe(a === c && b === d);
      }),
    );
  });
});
