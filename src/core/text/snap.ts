/** Snapping a reading to a closed vocabulary. */
import { distance } from 'fastest-levenshtein';
import { fold } from './fold.ts';

export interface Snapped<T> {
  readonly entry: T;
  /** Edits between the folded texts. */
  readonly edits: number;
  /** 0–1; 1 = the very same letters. */
  readonly likeness: number;
  /** Likeness of the next best entry that means something else, 0–1. */
  readonly runnerUp: number;
}

export interface SnapOptions<T> {
  /** Below this likeness nothing is snapped. */
  readonly minimum: number;
  /** Breaks ties only: an entry that is read more clearly always wins over a preferred one. */
  readonly prefers?: (entry: T) => boolean;
}

/** The entry most like the text, or null when none is like enough. Spaces and punctuation do not count. */
export function snap<T>(
  text: string,
  entries: readonly T[],
  spelling: (entry: T) => string,
  options: SnapOptions<T>,
): Snapped<T> | null {
  const wanted = fold(text);
  if (wanted === '') return null;
  let best: { entry: T; edits: number; likeness: number; spelled: string } | null = null;
  let runnerUp = 0;
  for (const entry of entries) {
    const spelled = fold(spelling(entry));
    const longer = Math.max(wanted.length, spelled.length);
    const bound = best?.likeness ?? 0;
    // A length that alone rules the entry out saves the matrix; regency and district lists are long.
    if (1 - Math.abs(wanted.length - spelled.length) / longer < Math.min(bound, options.minimum)) continue;
    const edits = distance(wanted, spelled);
    const alike = 1 - edits / longer;
    const wins =
      best === null || alike > best.likeness || (alike === best.likeness && options.prefers?.(entry) === true);
    if (wins) {
      if (best !== null && best.spelled !== spelled) runnerUp = Math.max(runnerUp, best.likeness);
      best = { entry, edits, likeness: alike, spelled };
    } else if (best !== null && spelled !== best.spelled) runnerUp = Math.max(runnerUp, alike);
  }
  if (best === null || best.likeness < options.minimum) return null;
  return { entry: best.entry, edits: best.edits, likeness: best.likeness, runnerUp };
}
