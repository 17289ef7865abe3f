import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { caseAge, openMinutesBetween } from './case-age.ts';
import { openingHoursOf, reviewDueAt } from './review-sla.ts';

const usual = openingHoursOf(undefined);

// 2026-03-16 is a Monday; 08:00 WIB is 01:00 UTC.
describe('openMinutesBetween (Monday to Friday, 08:00–15:00 WIB)', () => {
  it.each([
    ['within the day', '2026-03-16T02:00:00.000Z', '2026-03-16T02:30:00.000Z', 30],
    ['over the night', '2026-03-16T07:50:00.000Z', '2026-03-17T01:20:00.000Z', 30],
    ['over the weekend', '2026-03-20T07:50:00.000Z', '2026-03-23T01:20:00.000Z', 30],
    ['wholly outside', '2026-03-20T09:00:00.000Z', '2026-03-22T20:00:00.000Z', 0],
    ['backwards', '2026-03-16T02:30:00.000Z', '2026-03-16T02:00:00.000Z', 0],
  ])('%s', (_, from, to, minutes) => {
    expect(openMinutesBetween(from, to, usual)).toBe(minutes);
  });

  it('gives back the minutes from which the due time was made', () => {
    const start = Date.parse('2026-03-13T00:00:00.000Z');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 7 * 1440 }), fc.integer({ min: 1, max: 1500 }), (offset, sla) => {
        const from = new Date(start + offset * 60_000).toISOString();
        expect(openMinutesBetween(from, reviewDueAt(from, sla, usual), usual)).toBe(sla);
      }),
    );
  });
});

describe('caseAge', () => {
  const review = { createdAt: '2026-03-16T02:00:00.000Z', dueAt: '2026-03-16T02:30:00.000Z' };

  it.each([
    ['new', '2026-03-16T02:05:00.000Z', { state: 'in_time', minutes: 25, age: 5 }],
    ['at two thirds', '2026-03-16T02:20:00.000Z', { state: 'soon', minutes: 10, age: 20 }],
    ['at the very due time', '2026-03-16T02:30:00.000Z', { state: 'soon', minutes: 0, age: 30 }],
    ['late', '2026-03-16T02:42:00.000Z', { state: 'overdue', minutes: 12, age: 42 }],
    ['late, next morning', '2026-03-17T01:10:00.000Z', { state: 'overdue', minutes: 340, age: 370 }],
  ])('%s', (_, now, expected) => {
    expect(caseAge(review, now, usual)).toEqual(expected);
  });

  it('does not age while the branch is closed', () => {
    const evening = {
      createdAt: '2026-03-20T07:55:00.000Z',
      dueAt: reviewDueAt('2026-03-20T07:55:00.000Z', 30, usual),
    };
    expect(caseAge(evening, '2026-03-20T12:00:00.000Z', usual)).toEqual(
      caseAge(evening, '2026-03-22T12:00:00.000Z', usual),
    );
    expect(caseAge(evening, '2026-03-22T12:00:00.000Z', usual)).toEqual({ state: 'in_time', minutes: 25, age: 5 });
  });
});
