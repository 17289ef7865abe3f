/**
 * Which word of one name is which word of the other: the assignment with the greatest sum of similarity. Mostly there is
 * no choice; where there is, all are tried within a budget, best first.
 */
export const mostWords = 12;

/** Steps of the search; twelve equal words on both sides would have half a milliard orders. */
const budget = 4_000;

const chosen = new Int8Array(mostWords);
const taken = new Uint8Array(mostWords);
let best = -1;
let steps = 0;

/** `similar[i * m + j]`: similarity of word i to word j. Writes the partner of each i, or −1, into `partners`. */
export function align(n: number, m: number, similar: Float32Array, partners: Int8Array): void {
  if (assignDirectly(n, m, similar, partners)) return;
  best = -1;
  steps = 0;
  taken.fill(0);
  search(0, 0, n, m, similar, partners);
}

/** True when no word has two candidates on either side. */
function assignDirectly(n: number, m: number, similar: Float32Array, partners: Int8Array): boolean {
  taken.fill(0);
  for (let i = 0; i < n; i += 1) {
    partners[i] = -1;
    for (let j = 0; j < m; j += 1) {
      if (similar[i * m + j] === 0) continue;
      if (partners[i] !== -1 || taken[j] === 1) return false;
      partners[i] = j;
      taken[j] = 1;
    }
  }
  return true;
}

function search(i: number, sum: number, n: number, m: number, similar: Float32Array, partners: Int8Array): void {
  steps += 1;
  if (i === n) {
    if (sum > best) {
      best = sum;
      partners.set(chosen.subarray(0, n));
    }
    return;
  }
  // Every word still to come could at most fit fully.
  if (sum + (n - i) <= best || (steps > budget && best >= 0)) return;
  let tried = 0;
  for (;;) {
    let next = -1;
    for (let j = 0; j < m; j += 1) {
      if (taken[j] === 1 || (tried & (1 << j)) !== 0) continue;
      const value = similar[i * m + j] as number;
      if (value > 0 && (next === -1 || value > (similar[i * m + next] as number))) next = j;
    }
    if (next === -1) break;
    tried |= 1 << next;
    taken[next] = 1;
    chosen[i] = next;
    search(i + 1, sum + (similar[i * m + next] as number), n, m, similar, partners);
    taken[next] = 0;
  }
  chosen[i] = -1;
  search(i + 1, sum, n, m, similar, partners);
}
