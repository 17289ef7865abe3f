/** When a case is due: the SLA counts the minutes in which the branch is open. */

export interface OpeningHours {
  /** Minutes after local midnight. */
  readonly opens: number;
  readonly closes: number;
  /** 0 = Sunday … 6 = Saturday. */
  readonly days: readonly number[];
  /** Local time minus UTC: 420 WIB, 480 WITA, 540 WIT. Indonesia keeps no summer time. */
  readonly utcOffsetMinutes: number;
}

/** Counters of Indonesian banks: Monday to Friday, 08:00–15:00 western time. */
const defaultOpeningHours: OpeningHours = {
  opens: 480,
  closes: 900,
  days: [1, 2, 3, 4, 5],
  utcOffsetMinutes: 420,
};

/** The organisation's hours: what it set, and the usual for the rest. */
export function openingHoursOf(
  review: { readonly openingHours?: Partial<OpeningHours> | undefined } | undefined,
): OpeningHours {
  return { ...defaultOpeningHours, ...review?.openingHours };
}

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;

/**
 * The instant (ISO, UTC) at which `slaMinutes` of opening time have passed since `openedAt`. A case from outside the hours
 * starts to count at the next opening. Throws on hours that never open: a configuration no schema lets through.
 */
export function reviewDueAt(openedAt: string, slaMinutes: number, hours: OpeningHours): string {
  if (hours.days.length === 0 || hours.closes <= hours.opens) throw new Error('opening hours never open');
  const shift = hours.utcOffsetMinutes * minuteMs;
  let local = Date.parse(openedAt) + shift;
  let left = slaMinutes * minuteMs;
  for (;;) {
    const midnight = Math.floor(local / dayMs) * dayMs;
    const start = Math.max(local, midnight + hours.opens * minuteMs);
    const end = midnight + hours.closes * minuteMs;
    if (hours.days.includes(new Date(midnight).getUTCDay()) && start < end) {
      if (left <= end - start) return new Date(start + left - shift).toISOString();
      left -= end - start;
    }
    local = midnight + dayMs;
  }
}

/** True once the due time has passed undecided. */
export function isOverdue(dueAt: string, now: string): boolean {
  return Date.parse(now) > Date.parse(dueAt);
}
