/**
 * Deletion neighbourhoods (Garbe's symmetric delete): two words within one slip share a form with at most one letter
 * taken out of each, within two slips one with at most two. So neighbours are found by looking up, not by comparing.
 */
import { slipsAllowed } from './token-similarity.ts';

/** The word and its forms with as many letters taken out as it is forgiven slips; each once, short words none. */
export function deletionForms(word: string): ReadonlySet<string> {
  const forms = new Set<string>();
  // A word one or two letters longer may be compared under the rule of the shorter one, and the other way round.
  const depth = Math.max(slipsAllowed(word.length), slipsAllowed(word.length + 1));
  if (depth === 0) return forms;
  forms.add(word);
  takeOut(word, depth, forms);
  return forms;
}

function takeOut(word: string, depth: number, forms: Set<string>): void {
  for (let at = 0; at < word.length; at += 1) {
    const shorter = word.slice(0, at) + word.slice(at + 1);
    if (forms.has(shorter) && depth === 1) continue;
    forms.add(shorter);
    if (depth > 1) takeOut(shorter, depth - 1, forms);
  }
}
