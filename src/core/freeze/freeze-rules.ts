/**
 * When a desk must not begin another onboarding: named guards, each with the number it looked at, its limit and, in the
 * catalogue of reasons, what the teller does about it. An onboarding under way is never stopped. A fact nobody could measure
 * does not freeze by itself, except the clock and the disk. Pure.
 */
import type { Reason, ReasonCode } from '../../contract/reasons.ts';

export interface DeskHealth {
  /** Captures not yet acknowledged, those set aside by a person not counted. */
  readonly pending: number;
  /** Milliseconds since the oldest of them was sealed; null when none waits. */
  readonly oldestPendingMs: number | null;
  /** This clock minus the hub's, milliseconds; null when the hub was never asked. */
  readonly clockSkewMs: number | null;
  /** How far this clock stands before the last instant the desk itself wrote down, milliseconds; 0 = not at all. */
  readonly clockBackMs: number;
  /** Milliseconds since the oldest active list was issued; null when no list is installed. */
  readonly listAgeMs: number | null;
  /** Milliseconds since the models and their thresholds were issued; null when nobody says when that was. */
  readonly modelAgeMs: number | null;
  /** Bytes left where the database lies; null when it cannot be told. */
  readonly diskFreeBytes: number | null;
  /** Parts that the last self test found wrong; null when there was none yet. What it could not test is not counted. */
  readonly selfTestFailed: number | null;
  /** Head office ordered that the keys of this desk be destroyed. */
  readonly wipeOrdered: boolean;
}

export interface FreezeLimits {
  readonly pending: number;
  readonly oldestPendingMs: number;
  readonly clockSkewMs: number;
  readonly clockBackMs: number;
  readonly listAgeMs: number;
  readonly modelAgeMs: number;
  readonly diskFreeBytes: number;
}

const dayMs = 86_400_000;

/** Measured against one desk's day: 120 captures a day of 600 KiB leave weeks of room below every limit. */
export const defaultFreezeLimits: FreezeLimits = {
  pending: 2_000,
  oldestPendingMs: 14 * dayMs,
  clockSkewMs: 10 * 60_000,
  clockBackMs: 60 * 60_000,
  listAgeMs: 30 * dayMs,
  modelAgeMs: 400 * dayMs,
  diskFreeBytes: 512 * 1024 * 1024,
};

interface Guard {
  readonly code: Extract<ReasonCode, `freeze_${string}`>;
  /** The measured number when it is beyond its limit, else null. */
  beyond(health: DeskHealth, limits: FreezeLimits): { readonly value: number; readonly threshold: number } | null;
}

const above = (value: number | null, threshold: number): { value: number; threshold: number } | null =>
  value !== null && value > threshold ? { value, threshold } : null;

export const freezeGuards: readonly Guard[] = [
  { code: 'freeze_wipe', beyond: ({ wipeOrdered }) => (wipeOrdered ? { value: 1, threshold: 0 } : null) },
  { code: 'freeze_pending_many', beyond: (health, limits) => above(health.pending, limits.pending - 1) },
  { code: 'freeze_pending_old', beyond: (health, limits) => above(health.oldestPendingMs, limits.oldestPendingMs) },
  {
    code: 'freeze_clock',
    beyond: (health, limits) =>
      above(health.clockSkewMs === null ? null : Math.abs(health.clockSkewMs), limits.clockSkewMs) ??
      above(health.clockBackMs, limits.clockBackMs),
  },
  { code: 'freeze_lists_old', beyond: (health, limits) => above(health.listAgeMs, limits.listAgeMs) },
  { code: 'freeze_models_old', beyond: (health, limits) => above(health.modelAgeMs, limits.modelAgeMs) },
  {
    code: 'freeze_disk_low',
    beyond: ({ diskFreeBytes }, limits) =>
      diskFreeBytes !== null && diskFreeBytes < limits.diskFreeBytes
        ? { value: diskFreeBytes, threshold: limits.diskFreeBytes }
        : null,
  },
  // A counter that got known answers wrong is not asked unknown ones.
  { code: 'freeze_self_test', beyond: ({ selfTestFailed }) => above(selfTestFailed, 0) },
];

/** Every reason not to begin, worst first; empty when the desk may. */
export function freezeReasons(health: DeskHealth, limits: FreezeLimits = defaultFreezeLimits): readonly Reason[] {
  return freezeGuards.flatMap(({ code, beyond }) => {
    const found = beyond(health, limits);
    return found === null ? [] : [{ code, gate: 'station', ...found }];
  });
}
