/** Why an entry is a hit, word by word and fact by fact. The numbers are those of the search, computed again. */
import type { FactMatch, ListEntry, TokenMatch } from '../../contract/screening.ts';
import { idKey } from './build-index.ts';
import { countryKey, explainFacts, packDate, placeKey } from './judge-facts.ts';
import type { NameIndex } from './name-index.ts';
import { normaliseName } from './normalise-name.ts';
import { lastAlignment, scoreName, type ScoredWord } from './score-name.ts';
import type { AskedName } from './search-index.ts';
import { howAlike, leastSimilarity, tokenSimilarity, type NameToken } from './token-similarity.ts';

export interface HitExplanation {
  readonly matchedName: string;
  readonly tokens: readonly TokenMatch[];
  readonly facts: readonly FactMatch[];
}

export function explainHit(index: NameIndex, asked: AskedName, entry: ListEntry): HitExplanation {
  let best = { score: -1, name: entry.names[0] ?? '', listed: [] as readonly ScoredWord[] };
  for (const name of entry.names) {
    const listed = wordsOf(index, name, entry);
    if (listed.length === 0) continue;
    const score = scoreName(asked.words, listed, similarities(asked.words, listed));
    if (score > best.score) best = { score, name, listed };
  }
  const tokens = best.listed.length === 0 ? [] : explainTokens(asked.words, best.listed);
  return { matchedName: best.name, tokens, facts: factsOf(asked, entry) };
}

function wordsOf(index: NameIndex, name: string, entry: ListEntry): readonly ScoredWord[] {
  return normaliseName(name, entry.type).flatMap(({ text, patronymic }) => {
    const token = index.tokens[index.tokenIds.get(text) ?? -1];
    return token === undefined ? [] : [{ token, patronymic }];
  });
}

function similarities(asked: readonly ScoredWord[], listed: readonly ScoredWord[]): Float32Array {
  const values = asked.flatMap((one) =>
    listed.map((other) => {
      const value = tokenSimilarity(one.token, other.token);
      return value >= leastSimilarity ? value : 0;
    }),
  );
  return Float32Array.from(values);
}

function explainTokens(asked: readonly ScoredWord[], listed: readonly ScoredWord[]): readonly TokenMatch[] {
  scoreName(asked, listed, similarities(asked, listed));
  const { partners, similarity, met, joined } = lastAlignment();
  const total = [...asked, ...listed].reduce((sum, { token }) => sum + token.weight, 0);
  const share = (token: NameToken): number => round(token.weight / total);
  const found = asked.map(({ token }, i): TokenMatch => {
    const at = partners[i] as number;
    const other = at < 0 || similarity[i] === 0 ? undefined : listed[at]?.token;
    if (other === undefined)
      return { asked: token.text, listed: null, how: 'missing', similarity: 0, weight: share(token) };
    const how = joined[i] === 1 ? 'joined' : howAlike(token, other);
    return {
      asked: token.text,
      listed: other.text,
      how,
      similarity: round(similarity[i] as number),
      weight: share(token),
    };
  });
  const extra = listed.flatMap(({ token }, j): readonly TokenMatch[] =>
    met[j] === 0 ? [{ asked: null, listed: token.text, how: 'extra', similarity: 0, weight: share(token) }] : [],
  );
  return [...found, ...extra];
}

function factsOf(asked: AskedName, entry: ListEntry): readonly FactMatch[] {
  const facts = explainFacts(asked.facts, {
    birthDates: entry.birthDates.map(packDate),
    birthPlaces: entry.birthPlaces.map(placeKey),
    countries: entry.countries.map(countryKey).filter((key) => key !== 0),
  });
  if (asked.idNumber === '' || entry.idNumbers.length === 0) return facts;
  const equal = entry.idNumbers.some((number) => idKey(number) === asked.idNumber);
  return [...facts, { fact: 'id_number', effect: equal ? 'supports' : 'unknown', points: 0 }];
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
