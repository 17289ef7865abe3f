/**
 * How much a word says about who is meant. Weight follows the information of its share among people (Shannon: −log2 p),
 * seen in the list and, because small lists know little, in an estimate of everyday frequencies.
 */
import type { SubjectType } from '../../contract/screening.ts';
import { commonEntityWords, commonPersonWords } from './common-names.ts';
import { variantOf } from './normalise-name.ts';

/** The estimate counts like this many names of a list. */
const priorNames = 50_000;
const leastWeight = 0.3;
/** A word of one in 130,000 or rarer carries full weight. */
const fullBits = 17;
/** One letter says next to nothing. */
export const initialWeight = 0.25;

/** `count`: names of the list that hold the word; `names`: names of the list. Weight 0.25–1. */
export function wordWeight(word: string, type: SubjectType, count: number, names: number): number {
  if (word.length === 1) return initialWeight;
  const share = (everydayShare(word, type) * priorNames + Math.max(count, 0.5)) / (priorNames + names);
  return leastWeight + (1 - leastWeight) * Math.min(1, -Math.log2(Math.min(1, share)) / fullBits);
}

/** The bits a weight was made from. */
export function bitsOf(weight: number): number {
  return Math.max(0, ((weight - leastWeight) / (1 - leastWeight)) * fullBits);
}

/** A word known to be a name of its own: another such word one letter away is another name, not a slip of the pen. */
export function isEstablished(word: string, type: SubjectType, count: number, names: number): boolean {
  return everydayShare(word, type) > 0 || count >= Math.max(4, names * 3e-5);
}

function everydayShare(word: string, type: SubjectType): number {
  const table = type === 'person' ? commonPersonWords : commonEntityWords;
  return table.get(word) ?? table.get(variantOf(word) ?? '') ?? 0;
}
