/** Are two words the same name? 1 = letter for letter, 0 = no. */
import type { TokenMatch } from '../../contract/screening.ts';
import { editDistance } from './edit-distance.ts';
import { foldSpelling, hasVowel, sameSonorants, skeleton } from './fold-spelling.ts';
import { variantOf } from './normalise-name.ts';

export interface NameToken {
  readonly text: string;
  readonly fold: string;
  /** The name all variants of which are one. */
  readonly variant: string;
  /** Consonants of the key. */
  readonly bones: string;
  readonly vowels: boolean;
  /** A name of its own: see `isEstablished`. */
  readonly established: boolean;
  readonly weight: number;
}

export function makeToken(text: string, weight: number, established: boolean): NameToken {
  const fold = foldSpelling(text);
  return {
    text,
    fold,
    variant: variantOf(text) ?? text,
    bones: skeleton(fold),
    vowels: hasVowel(text),
    established,
    weight,
  };
}

/** Below this two words are two names. */
export const leastSimilarity = 0.5;

/** How many slips a word of this length is forgiven. */
export function slipsAllowed(length: number): 0 | 1 | 2 {
  return length >= 8 ? 2 : length >= 4 ? 1 : 0;
}

/** Two established names one letter apart are mostly two people. */
const establishedFactor = 0.68;

export function tokenSimilarity(a: NameToken, b: NameToken): number {
  if (a.text === b.text) return 1;
  if (a.fold === b.fold) return 0.97;
  if (a.variant === b.variant) return 0.96;
  if (a.text.length === 1 || b.text.length === 1) return initialFits(a, b) ? 0.75 : 0;
  if ((!a.vowels || !b.vowels) && a.bones.length >= 3 && a.bones === b.bones) return 0.9;
  const slip = Math.max(slipSimilarity(a.text, b.text), slipSimilarity(a.fold, b.fold));
  if (slip === 0) return 0;
  return a.established && b.established ? slip * establishedFactor : slip;
}

function initialFits(a: NameToken, b: NameToken): boolean {
  const [short, long] = a.text.length === 1 ? [a, b] : [b, a];
  if (long.text.length === 1) return false;
  return [long.text, long.fold, long.variant].some((form) => form.startsWith(short.text));
}

function slipSimilarity(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  const longer = Math.max(a.length, b.length);
  const limit = slipsAllowed(shorter);
  if (limit === 0 || longer - shorter > limit) return 0;
  const distance = editDistance(a, b, limit);
  return distance > limit ? 0 : 1 - (0.95 * distance) / longer;
}

export function howAlike(a: NameToken, b: NameToken): TokenMatch['how'] {
  if (a.text === b.text) return 'equal';
  if (a.fold === b.fold) return 'spelling';
  if (a.variant === b.variant) return 'variant';
  if (a.text.length === 1 || b.text.length === 1) return 'initial';
  return (!a.vowels || !b.vowels) && a.bones === b.bones ? 'variant' : 'typo';
}

/** Two words written as one: `Abdur Rahman`, `Abdurrahman`. */
export function joinedFits(first: string, second: string, whole: NameToken): boolean {
  const joined = first + second;
  if (Math.abs(joined.length - whole.text.length) > 2 || joined.length < 5) return false;
  return joined === whole.text || (sameSonorants(joined, whole.text) && foldSpelling(joined) === whole.fold);
}
export const joinedSimilarity = 0.95;
