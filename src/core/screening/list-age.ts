/** How old an issue of a list may be: a list nobody renews is a list that misses names. */

export interface ListAgeRule {
  /** Days from which it is said. */
  readonly amberDays: number;
  /** Days from which the list counts as missing. */
  readonly redDays: number;
}

export const defaultListAge: ListAgeRule = { amberDays: 8, redDays: 35 };

/**
 * `confirmedAt`: when this issue was last known to be the current one (taken in, or taken in again unchanged). A time in
 * the future is an implausible clock, and red.
 */
export function listAge(
  confirmedAt: string,
  now: string,
  rule: ListAgeRule,
): { readonly days: number; readonly age: 'green' | 'amber' | 'red' } {
  const ms = Date.parse(now) - Date.parse(confirmedAt);
  if (Number.isNaN(ms) || ms < -86_400_000) return { days: 0, age: 'red' };
  const days = Math.max(0, Math.floor(ms / 86_400_000));
  return { days, age: days >= rule.redDays ? 'red' : days >= rule.amberDays ? 'amber' : 'green' };
}
