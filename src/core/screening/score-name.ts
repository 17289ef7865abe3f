/**
 * How well a listed name answers an asked one, 0–100: the share of both names' weight that found a partner. What one name
 * merely has not (a second given name, the father's) costs less than what contradicts, and costs less the more the rest
 * says: three rare words are somebody, two common ones are thousands.
 */
import { align, mostWords } from './align.ts';
import { bitsOf } from './rarity.ts';
import { joinedFits, joinedSimilarity, type NameToken } from './token-similarity.ts';

export interface ScoredWord {
  readonly token: NameToken;
  readonly patronymic: boolean;
}

/** A father's name that only one side tells. */
const untoldFather = 0.15;
/** A father's name that both tell, differently. */
const otherFather = 0.7;
/** Matched information, in bits, below and above which a missing part weighs most and least. */
const bits = { few: 16, many: 26 } as const;
const missingCost = { few: 0.57, many: 0.47 } as const;
/** One word in common is not a person, unless it is the whole of both names. */
const oneWordMost = 76;
/** Nor is one word that is not quite the same. */
const oneSlippedWordMost = 80;
/** What another spelling of the same word keeps. */
const leastSpelling = 0.9;

export interface Alignment {
  /** Partner of each asked word, −1 none. */
  readonly partners: Int8Array;
  /** Similarity of each asked word to its partner. */
  readonly similarity: Float32Array;
  /** Listed words that found a partner. */
  readonly met: Float32Array;
  /** Asked word i and i+1 are one listed word, or the other way round. */
  readonly joined: Uint8Array;
}

const scratch: Alignment = {
  partners: new Int8Array(mostWords),
  similarity: new Float32Array(mostWords),
  met: new Float32Array(mostWords),
  joined: new Uint8Array(mostWords),
};

/** The alignment of the last `scoreName`: read it before the next call. */
export function lastAlignment(): Alignment {
  return scratch;
}

/** `similar[i * m + j]` from `tokenSimilarity`, 0 below `leastSimilarity`. Not re-entrant: one thread, one call. */
export function scoreName(asked: readonly ScoredWord[], listed: readonly ScoredWord[], similar: Float32Array): number {
  const n = asked.length;
  const m = listed.length;
  const { partners, similarity, met, joined } = scratch;
  align(n, m, similar, partners);
  met.fill(0);
  joined.fill(0);
  for (let i = 0; i < n; i += 1) {
    const j = partners[i] as number;
    similarity[i] = j < 0 ? 0 : (similar[i * m + j] as number);
    if (j >= 0) met[j] = similarity[i] as number;
  }
  joinWords(asked, listed);
  return weigh(asked, listed);
}

/** Words written together on one side: only among those that fit nobody (or badly) so far. */
function joinWords(asked: readonly ScoredWord[], listed: readonly ScoredWord[]): void {
  const { partners, similarity, met, joined } = scratch;
  for (let i = 0; i < asked.length; i += 1) {
    for (let j = 0; j < listed.length; j += 1) {
      const next = i + 1;
      if (next < asked.length && free(similarity[i]) && free(similarity[next]) && free(met[j])) {
        if (joinedFits(word(asked, i), word(asked, next), (listed[j] as ScoredWord).token)) {
          partners[i] = partners[next] = j;
          similarity[i] = similarity[next] = met[j] = joinedSimilarity;
          joined[i] = joined[next] = 1;
        }
      }
      const after = j + 1;
      if (after < listed.length && free(similarity[i]) && free(met[j]) && free(met[after])) {
        if (joinedFits(word(listed, j), word(listed, after), (asked[i] as ScoredWord).token)) {
          partners[i] = j;
          similarity[i] = met[j] = met[after] = joinedSimilarity;
          joined[i] = 1;
        }
      }
    }
  }
}

function free(value: number | undefined): boolean {
  return (value ?? 0) < 0.7;
}

function word(words: readonly ScoredWord[], index: number): string {
  return (words[index] as ScoredWord).token.text;
}

function weigh(asked: readonly ScoredWord[], listed: readonly ScoredWord[]): number {
  const { similarity, met } = scratch;
  const fathers = unmet(asked, similarity) && unmet(listed, met) ? otherFather : untoldFather;
  const a = coverage(asked, similarity, fathers);
  const b = coverage(listed, met, fathers);
  if (a.total === 0 || b.total === 0) return 0;
  const shareA = a.met / a.total;
  const shareB = b.met / b.total;
  const high = Math.max(shareA, shareB);
  const low = Math.min(shareA, shareB);
  const information = Math.min(a.bits, b.bits);
  const score = 100 * (high - missingCostOf(information) * (high - low));
  if (Math.min(a.words, b.words) >= 2) return score;
  if (a.loose + b.loose > 0) return Math.min(score, oneWordMost);
  return high < leastSpelling ? Math.min(score, oneSlippedWordMost) : score;
}

function missingCostOf(information: number): number {
  const at = Math.min(1, Math.max(0, (information - bits.few) / (bits.many - bits.few)));
  return missingCost.few + (missingCost.many - missingCost.few) * at;
}

function unmet(words: readonly ScoredWord[], met: Float32Array): boolean {
  return words.some((one, index) => one.patronymic && met[index] === 0);
}

interface Coverage {
  readonly total: number;
  readonly met: number;
  readonly bits: number;
  /** Full words that met a partner, and that did not (fathers aside). */
  readonly words: number;
  readonly loose: number;
}

function coverage(words: readonly ScoredWord[], met: Float32Array, fathers: number): Coverage {
  let total = 0;
  let sum = 0;
  let information = 0;
  let full = 0;
  let loose = 0;
  for (let index = 0; index < words.length; index += 1) {
    const { token, patronymic } = words[index] as ScoredWord;
    const similarity = met[index] as number;
    const weight = patronymic && similarity === 0 ? token.weight * fathers : token.weight;
    total += weight;
    sum += weight * similarity;
    if (similarity > 0) {
      information += bitsOf(token.weight) * similarity;
      if (token.text.length > 1) full += 1;
    } else if (!patronymic) loose += 1;
  }
  return { total, met: sum, bits: information, words: full, loose };
}
