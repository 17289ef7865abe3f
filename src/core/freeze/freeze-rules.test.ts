import { describe, expect, it } from 'vitest';
import { reasonCatalogue } from '../../contract/reasons.ts';
import { defaultFreezeLimits, freezeGuards, freezeReasons, type DeskHealth } from './freeze-rules.ts';

const well: DeskHealth = {
  pending: 3,
  oldestPendingMs: 60_000,
  clockSkewMs: 2_000,
  clockBackMs: 0,
  listAgeMs: 86_400_000,
  modelAgeMs: 86_400_000,
  diskFreeBytes: 50_000_000_000,
  selfTestFailed: 0,
  wipeOrdered: false,
};
const limits = defaultFreezeLimits;

describe('freezeReasons', () => {
  it('lets a healthy desk begin, and one where nothing can be measured but queue and clock', () => {
    expect(freezeReasons(well)).toEqual([]);
    const unknown = {
      oldestPendingMs: null,
      clockSkewMs: null,
      listAgeMs: null,
      modelAgeMs: null,
      diskFreeBytes: null,
      selfTestFailed: null,
    };
    expect(freezeReasons({ ...well, ...unknown })).toEqual([]);
  });

  it.each([
    ['freeze_pending_many', { pending: limits.pending }, { pending: limits.pending - 1 }],
    [
      'freeze_pending_old',
      { oldestPendingMs: limits.oldestPendingMs + 1 },
      { oldestPendingMs: limits.oldestPendingMs },
    ],
    ['freeze_clock', { clockSkewMs: -limits.clockSkewMs - 1 }, { clockSkewMs: -limits.clockSkewMs }],
    ['freeze_clock', { clockSkewMs: limits.clockSkewMs + 1 }, { clockSkewMs: limits.clockSkewMs }],
    ['freeze_clock', { clockBackMs: limits.clockBackMs + 1 }, { clockBackMs: limits.clockBackMs }],
    ['freeze_lists_old', { listAgeMs: limits.listAgeMs + 1 }, { listAgeMs: limits.listAgeMs }],
    ['freeze_wipe', { wipeOrdered: true }, { wipeOrdered: false }],
    ['freeze_self_test', { selfTestFailed: 1 }, { selfTestFailed: 0 }],
    ['freeze_models_old', { modelAgeMs: limits.modelAgeMs + 1 }, { modelAgeMs: limits.modelAgeMs }],
    ['freeze_disk_low', { diskFreeBytes: limits.diskFreeBytes - 1 }, { diskFreeBytes: limits.diskFreeBytes }],
  ])('%s: freezes just beyond the limit, not at it', (code, beyond, at) => {
    expect(freezeReasons({ ...well, ...beyond }).map((reason) => reason.code)).toEqual([code]);
    expect(freezeReasons({ ...well, ...at })).toEqual([]);
  });

  it('names every guard that is not met, each with number, limit and a remedy in words', () => {
    const bad = freezeReasons({ ...well, pending: 9_999, diskFreeBytes: 1, clockBackMs: 1e9 });
    expect(bad.map(({ code }) => code)).toEqual(['freeze_pending_many', 'freeze_clock', 'freeze_disk_low']);
    for (const { value, threshold } of bad) expect([typeof value, typeof threshold]).toEqual(['number', 'number']);
    for (const { code } of freezeGuards) expect(reasonCatalogue[code].id.length).toBeGreaterThan(20);
  });
});
