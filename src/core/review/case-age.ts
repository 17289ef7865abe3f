/** How old a case is against its SLA, in opening time: what the queue shows as a colour and a word. */
import { isOverdue, type OpeningHours } from './review-sla.ts';

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;

/** Whole opening minutes between two instants; 0 when `to` is not after `from`. */
export function openMinutesBetween(from: string, to: string, hours: OpeningHours): number {
  const shift = hours.utcOffsetMinutes * minuteMs;
  const end = Date.parse(to) + shift;
  let local = Date.parse(from) + shift;
  let open = 0;
  while (local < end) {
    const midnight = Math.floor(local / dayMs) * dayMs;
    if (hours.days.includes(new Date(midnight).getUTCDay())) {
      const start = Math.max(local, midnight + hours.opens * minuteMs);
      const close = Math.min(end, midnight + hours.closes * minuteMs);
      open += Math.max(0, close - start);
    }
    local = midnight + dayMs;
  }
  return Math.floor(open / minuteMs);
}

export const ageStates = ['in_time', 'soon', 'overdue'] as const;
export type AgeState = (typeof ageStates)[number];

export interface CaseAge {
  readonly state: AgeState;
  /** Opening minutes left until the case is due, or, once overdue, since it was. */
  readonly minutes: number;
  /** Opening minutes since it was opened. */
  readonly age: number;
}

/** `soon` from this share of the SLA on, so that somebody can still act. */
const soonShare = 2 / 3;

export function caseAge(
  review: { readonly createdAt: string; readonly dueAt: string },
  now: string,
  hours: OpeningHours,
): CaseAge {
  const age = openMinutesBetween(review.createdAt, now, hours);
  if (isOverdue(review.dueAt, now)) {
    return { state: 'overdue', minutes: openMinutesBetween(review.dueAt, now, hours), age };
  }
  const left = openMinutesBetween(now, review.dueAt, hours);
  return { state: age >= soonShare * (age + left) ? 'soon' : 'in_time', minutes: left, age };
}
