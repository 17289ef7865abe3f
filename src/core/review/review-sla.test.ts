import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOverdue, openingHoursOf, reviewDueAt } from './review-sla.ts';

const usual = openingHoursOf(undefined);

describe('reviewDueAt (Monday to Friday, 08:00–15:00 WIB)', () => {
  it.each([
    ['within the day', '2026-03-16T02:00:00.000Z', 30, '2026-03-16T02:30:00.000Z'],
    ['to the very close', '2026-03-16T07:30:00.000Z', 30, '2026-03-16T08:00:00.000Z'],
    ['over the night', '2026-03-16T07:50:00.000Z', 30, '2026-03-17T01:20:00.000Z'],
    ['over the weekend', '2026-03-20T07:50:00.000Z', 30, '2026-03-23T01:20:00.000Z'],
    ['from before opening', '2026-03-16T00:00:00.000Z', 30, '2026-03-16T01:30:00.000Z'],
    ['from after closing', '2026-03-16T09:00:00.000Z', 30, '2026-03-17T01:30:00.000Z'],
    ['from Sunday', '2026-03-15T04:00:00.000Z', 30, '2026-03-16T01:30:00.000Z'],
    ['longer than a day', '2026-03-16T01:00:00.000Z', 421, '2026-03-17T01:01:00.000Z'],
  ])('%s', (_, openedAt, minutes, expected) => {
    expect(reviewDueAt(openedAt, minutes, usual)).toBe(expected);
  });

  it('counts exactly the opening minutes', () => {
    const open = (instant: number) => {
      const local = new Date(instant + 420 * 60_000);
      const minute = local.getUTCHours() * 60 + local.getUTCMinutes();
      return usual.days.includes(local.getUTCDay()) && minute >= 480 && minute < 900;
    };
    const start = Date.parse('2026-03-13T00:00:00.000Z');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 7 * 1440 }), fc.integer({ min: 1, max: 1500 }), (offset, sla) => {
        const from = start + offset * 60_000;
        const due = Date.parse(reviewDueAt(new Date(from).toISOString(), sla, usual));
        let minutes = 0;
        for (let instant = from; instant < due; instant += 60_000) minutes += open(instant) ? 1 : 0;
        expect(minutes).toBe(sla);
        expect(open(due - 60_000)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('refuses hours that never open', () => {
    expect(() => reviewDueAt('2026-03-16T02:00:00.000Z', 30, { ...usual, days: [] })).toThrow(/never open/);
    expect(() => reviewDueAt('2026-03-16T02:00:00.000Z', 30, { ...usual, closes: 480 })).toThrow(/never open/);
  });

  it('is overdue after, not at, the due time', () => {
    expect(isOverdue('2026-03-16T02:30:00.000Z', '2026-03-16T02:30:00.000Z')).toBe(false);
    expect(isOverdue('2026-03-16T02:30:00.000Z', '2026-03-16T02:30:00.001Z')).toBe(true);
  });
});

describe('the hours of an organisation', () => {
  it('are the usual ones where it set none, and its own where it did', () => {
    expect(openingHoursOf({})).toEqual({ opens: 480, closes: 900, days: [1, 2, 3, 4, 5], utcOffsetMinutes: 420 });
    // Jayapura, open on Saturdays until 17:00: 07:50 UTC is 16:50 there.
    const own = openingHoursOf({
      openingHours: { closes: 1020, days: [1, 2, 3, 4, 5, 6], utcOffsetMinutes: 540 },
    });
    expect(reviewDueAt('2026-03-20T07:50:00.000Z', 30, own)).toBe('2026-03-20T23:20:00.000Z');
  });
});
