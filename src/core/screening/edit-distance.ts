/**
 * Optimal string alignment distance (Damerau 1964; Levenshtein with neighbouring letters exchanged), given up above
 * `limit`. Returns `limit + 1` then. Own code because the library at hand has no exchange and no limit.
 */
const width = 64;
const rows = [new Uint8Array(width), new Uint8Array(width), new Uint8Array(width)] as const;

export function editDistance(a: string, b: string, limit: number): number {
  if (a === b) return 0;
  if (Math.abs(a.length - b.length) > limit || a.length >= width || b.length >= width) return limit + 1;
  let [before, last, now] = rows as readonly [Uint8Array, Uint8Array, Uint8Array];
  for (let j = 0; j <= b.length; j += 1) last[j] = j;
  for (let i = 1; i <= a.length; i += 1) {
    now[0] = i;
    let least = i;
    const from = a.charCodeAt(i - 1);
    for (let j = 1; j <= b.length; j += 1) {
      const to = b.charCodeAt(j - 1);
      let cost = Math.min(
        (last[j] as number) + 1,
        (now[j - 1] as number) + 1,
        (last[j - 1] as number) + (from === to ? 0 : 1),
      );
      if (i > 1 && j > 1 && from === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === to) {
        cost = Math.min(cost, (before[j - 2] as number) + 1);
      }
      now[j] = cost;
      if (cost < least) least = cost;
    }
    if (least > limit) return limit + 1;
    [before, last, now] = [last, now, before];
  }
  return Math.min(last[b.length] as number, limit + 1);
}
