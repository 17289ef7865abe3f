/**
 * One key for all spellings of a word: Suwandi and van Ophuijsen orthography (oe/u, dj/j, tj/c, sj/sy, nj/ny, j/y), the
 * usual romanisations of Arabic, and letters that sound alike. Two words with one key are the same name spelt twice; the
 * key itself is for comparing only.
 */
const steps: readonly (readonly [RegExp, string])[] = [
  [/dzh|d+j/gu, 'j'],
  [/t+j/gu, 'c'],
  // Old tj is c, and also t before y: Setyawan, Setiawan, Setjawan.
  [/(?<=[a-z])t[iy](?=[aou])/gu, 'c'],
  [/s[jyh]|sch/gu, 's'],
  [/chr/gu, 'kr'],
  [/(?<=[aou])ch/gu, 'h'],
  [/ch/gu, 'c'],
  [/kh/gu, 'h'],
  [/dz/gu, 'z'],
  [/dh/gu, 'd'],
  [/ph|v/gu, 'f'],
  [/th/gu, 't'],
  [/gh/gu, 'g'],
  [/bh/gu, 'b'],
  [/q|ck/gu, 'k'],
  [/x/gu, 'ks'],
  [/z/gu, 's'],
  [/oe|ou|oo/gu, 'u'],
  [/ie|ee/gu, 'i'],
  [/[jy]/gu, 'i'],
  // Russian ё is written yo, io or e.
  [/io(?=fa?$)|(?<=^[fsp]?[a-z]?)io(?=tr|dor)|(?<=^sem|^art)io/gu, 'e'],
  [/ae|ei/gu, 'ai'],
  [/u[wu](?=[aiueo])/gu, 'u'],
  [/(.)\1+/gu, '$1'],
  [/(?<=[aiueo])h$/u, ''],
  [/d$/u, 't'],
  [/b$/u, 'p'],
];

/** `word` is lower-case a–z and digits. Never empty for a word that is not. */
export function foldSpelling(word: string): string {
  let key = word;
  for (const [pattern, by] of steps) key = key.replace(pattern, by);
  return key === '' ? word : key;
}

/**
 * No step above changes l, m, n or r, except that doubled ones become one: two words in which these do not follow each other
 * alike have two keys. Tells most words apart without folding them.
 */
export function sameSonorants(a: string, b: string): boolean {
  let i = 0;
  let j = 0;
  for (;;) {
    i = nextSonorant(a, i);
    j = nextSonorant(b, j);
    if (i === a.length || j === b.length) return i === a.length && j === b.length;
    if (a.charCodeAt(i) !== b.charCodeAt(j)) return false;
    i += 1;
    j += 1;
  }
}

function nextSonorant(word: string, from: number): number {
  for (let at = from; at < word.length; at += 1) {
    const code = word.charCodeAt(at);
    const sonorant = code === 108 || code === 109 || code === 110 || code === 114;
    if (sonorant && code !== word.charCodeAt(at - 1)) return at;
  }
  return word.length;
}

/** Consonants only: scripts that write no vowels arrive so. */
export function skeleton(fold: string): string {
  return fold.replace(/[aiueo]/gu, '').replace(/(.)\1+/gu, '$1');
}

export function hasVowel(word: string): boolean {
  return /[aiueoy]/u.test(word);
}
