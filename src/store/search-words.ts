/**
 * How customers are found by text, alike on both engines: a name or e-mail address falls into words, and every beginning of
 * a word is stored, so that each query is an exact look-up in an index. Changing this file needs a migration that indexes
 * all customers anew.
 */

/** Longer words are told apart by these first letters only. */
export const longestWord = 12;
/** More words than any name has: a bound on what one query may cost. */
const mostQueryWords = 8;

/** Lower-cased words without marks on their letters: `Élise O'Neil, S.Kom` → `elise`, `o`, `neil`, `s`, `kom`. */
function wordsOf(text: string): string[] {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const words = plain.match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.map((word) => Array.from(word).slice(0, longestWord).join(''));
}

/** What is stored for a customer, once each. */
export function searchTokens(texts: readonly (string | null)[]): readonly string[] {
  const tokens = new Set<string>();
  for (const word of texts.flatMap((text) => wordsOf(text ?? ''))) {
    const letters = Array.from(word);
    for (let length = 1; length <= letters.length; length += 1) tokens.add(letters.slice(0, length).join(''));
  }
  return [...tokens];
}

/** What a query asks for: each word is the beginning of one of the customer's. Empty when it holds no letter or digit. */
export function queryWords(query: string): readonly string[] {
  const words = [...new Set(wordsOf(query))];
  // `si siti` asks no more than `siti`.
  return words
    .filter((word) => !words.some((other) => other !== word && other.startsWith(word)))
    .slice(0, mostQueryWords);
}
