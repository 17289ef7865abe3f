/**
 * Asks a snapshot. Words similar to each asked word are looked up (spelling, variants, slips, joined words), their names
 * collected with the weight they share, and only names that could reach the threshold are scored in full. The plain scan
 * beside it scores every name by the same rules: the benchmark and the tests hold the two against each other.
 */
import { leastSimilarity, makeToken, tokenSimilarity, type NameToken } from './token-similarity.ts';
import { fatherBit, idKey, joinOf, slipForms, spellingKeys } from './build-index.ts';
import {
  countryKey,
  idNumberScore,
  judgeFacts,
  leastNameScore,
  mostSupport,
  placeKey,
  readDate,
  type AskedFacts,
} from './judge-facts.ts';
import { rowOf, typeCode, type NameIndex } from './name-index.ts';
import { normaliseName } from './normalise-name.ts';
import { isEstablished, wordWeight } from './rarity.ts';
import { scoreName, type ScoredWord } from './score-name.ts';
import type { ScreeningQuery, SubjectType } from '../../contract/screening.ts';

export interface IndexHit {
  readonly entry: number;
  /** The best of the entry's names. −1: found by its identity number. */
  readonly name: number;
  /** Not rounded, 0–100. */
  readonly score: number;
  readonly nameScore: number;
}

export interface AskedName {
  readonly words: readonly ScoredWord[];
  readonly type: SubjectType;
  readonly facts: AskedFacts;
  readonly idNumber: string;
  readonly threshold: number;
}

export const defaultThreshold = 85;
/** Share of the asked weight a name must hold before it is worth scoring. */
const leastShare = 0.4;

/** null: nothing of the name is a letter. Weights come from the list that is asked. */
export function askIndex(index: NameIndex, query: ScreeningQuery): AskedName | null {
  const words = normaliseName(query.name, query.type).map(({ text, patronymic }): ScoredWord => {
    const id = index.tokenIds.get(text);
    return {
      token: id === undefined ? newToken(index, text, query.type) : (index.tokens[id] as NameToken),
      patronymic,
    };
  });
  if (words.length === 0) return null;
  const facts = {
    birthDate: readDate(query.dob),
    birthPlace: placeKey(query.place),
    nationality: countryKey(query.nationality),
  };
  const idNumber = query.idNumber === undefined ? '' : idKey(query.idNumber);
  return { words, type: query.type, facts, idNumber, threshold: query.threshold ?? defaultThreshold };
}

function newToken(index: NameIndex, text: string, type: SubjectType): NameToken {
  return makeToken(text, wordWeight(text, type, 0, index.names), isEstablished(text, type, 0, index.names));
}

/** Best first. */
export function searchIndex(index: NameIndex, asked: AskedName): readonly IndexHit[] {
  const similar = asked.words.map((word) => similarWords(index, word.token));
  return collect(index, asked, similar, candidates(index, asked, similar));
}

/** The peer: every word against every word, every name in full. */
export function scanIndex(index: NameIndex, asked: AskedName): readonly IndexHit[] {
  const similar = asked.words.map(({ token }) => {
    const row = Float32Array.from(index.tokens, (other) => atLeast(tokenSimilarity(token, other)));
    return { get: (id: number) => row[id] };
  });
  return collect(index, asked, similar, null);
}

type Similar = ReadonlyMap<number, number>;

function similarWords(index: NameIndex, token: NameToken): Similar {
  const found = new Map<number, number>();
  const look = (id: number): void => {
    if (found.has(id)) return;
    const value = tokenSimilarity(token, index.tokens[id] as NameToken);
    found.set(id, value >= leastSimilarity ? value : 0);
  };
  const own = index.tokenIds.get(token.text);
  if (own !== undefined) look(own);
  for (const key of spellingKeys(token)) index.spellings.forEach(key, look);
  for (const form of slipForms(token)) index.deletions.forEach(form, look);
  return found;
}

/** Names that hold enough of the asked weight, each once. */
function candidates(index: NameIndex, asked: AskedName, similar: readonly Similar[]): Int32Array {
  const held = scratchFor(index);
  const touched: number[] = [];
  const touch = (name: number, weight: number): void => {
    if (held[name] === 0) touched.push(name);
    held[name] = (held[name] as number) + weight;
  };
  let total = 0;
  let initials = 0;
  for (const [position, { token, patronymic }] of asked.words.entries()) {
    if (token.text.length === 1) initials += token.weight;
    if (!patronymic) total += token.weight;
    for (const [id, value] of similar[position] as Similar) {
      if (value === 0) continue;
      const end = index.postingStart[id + 1] as number;
      for (let at = index.postingStart[id] as number; at < end; at += 1)
        touch(index.postings[at] as number, token.weight * value);
    }
  }
  joinedCandidates(index, asked, touch);
  const least = Math.max(1e-6, total * leastShare - initials);
  const names = Int32Array.from(touched.filter((name) => (held[name] as number) >= least));
  for (const name of touched) held[name] = 0;
  return names;
}

/** `Abdur Rahman` asked, `Abdurrahman` listed, and the other way round. */
function joinedCandidates(index: NameIndex, asked: AskedName, touch: (name: number, weight: number) => void): void {
  for (const [position, { token }] of asked.words.entries()) {
    index.joins.forEach(token.fold, (name) => touch(name, token.weight));
    const next = asked.words[position + 1];
    const pair = next === undefined ? null : joinOf(token.text, next.token.text);
    if (next === undefined || pair === null) continue;
    index.spellings.forEach(`f${pair}`, (id) => {
      const end = index.postingStart[id + 1] as number;
      const weight = token.weight + next.token.weight;
      for (let at = index.postingStart[id] as number; at < end; at += 1) touch(index.postings[at] as number, weight);
    });
  }
}

/** Weight held by each name, all zero between two questions; one array for the largest index so far. */
let scratch = new Float32Array(0);
function scratchFor(index: NameIndex): Float32Array {
  if (scratch.length < index.names) scratch = new Float32Array(index.names);
  return scratch;
}

const matrix = new Float32Array(12 * 12);

function collect(
  index: NameIndex,
  asked: AskedName,
  similar: readonly Pick<Similar, 'get'>[],
  names: Int32Array | null,
): readonly IndexHit[] {
  const best = new Map<number, IndexHit>();
  const wanted = typeCode[asked.type];
  const least = Math.max(leastNameScore, asked.threshold - mostSupport(asked.facts) - 1);
  const count = names === null ? index.names : names.length;
  for (let at = 0; at < count; at += 1) {
    const name = names === null ? at : (names[at] as number);
    const entry = index.nameEntry[name] as number;
    if (index.types[entry] !== wanted) continue;
    const nameScore = scoreListed(index, asked, similar, name);
    if (nameScore < least) continue;
    const known = best.get(entry);
    if (known !== undefined && known.nameScore >= nameScore) continue;
    best.set(entry, { entry, name, nameScore, score: withFacts(index, asked, entry, nameScore) });
  }
  for (const entry of index.idNumbers.get(asked.idNumber) ?? []) {
    const known = best.get(entry);
    const nameScore = known?.nameScore ?? 0;
    best.set(entry, { entry, name: known?.name ?? -1, nameScore, score: Math.max(idNumberScore, known?.score ?? 0) });
  }
  return [...best.values()]
    .filter((hit) => Math.round(hit.score) >= asked.threshold)
    .sort((a, b) => b.score - a.score || b.nameScore - a.nameScore || a.entry - b.entry);
}

function withFacts(index: NameIndex, asked: AskedName, entry: number, nameScore: number): number {
  const points = judgeFacts(asked.facts, {
    birthDates: rowOf(index.birthDates, entry),
    birthPlaces: rowOf(index.birthPlaces, entry),
    countries: rowOf(index.countries, entry),
  });
  return Math.max(0, Math.min(100, nameScore + points));
}

/** The words of a listed name. */
export function listedWords(index: NameIndex, name: number): readonly ScoredWord[] {
  const words: ScoredWord[] = [];
  for (let at = index.wordStart[name] as number; at < (index.wordStart[name + 1] as number); at += 1) {
    const word = index.words[at] as number;
    words.push({ token: index.tokens[word & ~fatherBit] as NameToken, patronymic: (word & fatherBit) !== 0 });
  }
  return words;
}

function scoreListed(
  index: NameIndex,
  asked: AskedName,
  similar: readonly Pick<Similar, 'get'>[],
  name: number,
): number {
  const start = index.wordStart[name] as number;
  const m = (index.wordStart[name + 1] as number) - start;
  for (let i = 0; i < asked.words.length; i += 1) {
    const row = similar[i] as Pick<Similar, 'get'>;
    const { token } = asked.words[i] as ScoredWord;
    for (let j = 0; j < m; j += 1) {
      const id = (index.words[start + j] as number) & ~fatherBit;
      const other = index.tokens[id] as NameToken;
      // Initials are not looked up (every name has some): they are compared where the rest agrees.
      const initial = token.text.length === 1 || other.text.length === 1;
      matrix[i * m + j] = initial ? atLeast(tokenSimilarity(token, other)) : (row.get(id) ?? 0);
    }
  }
  return scoreName(asked.words, listedWords(index, name), matrix);
}

function atLeast(value: number): number {
  return value >= leastSimilarity ? value : 0;
}
