/** What a line of text says: PP-OCRv4 recognition with greedy CTC decoding, and a second path that knows digits only. */
import type { Box } from '../../contract/facts.ts';
import { warpAffine, type RgbImage } from '../image/image.ts';
import type { LoadedModel, Tensor } from '../runtime/model-pack.ts';
import { spacedText, type PlacedCharacter } from './word-gaps.ts';

/** The classes of the network: blank, then the key file's characters, then space. */
export interface RecogniserKeys {
  readonly characters: readonly string[];
  /** Class of each of the ten digits. */
  readonly digits: readonly number[];
}

export interface LineReading {
  readonly text: string;
  /** Mean probability of the characters, 0–1; 0 for no text. */
  readonly confidence: number;
  /** The same line read as digits only; a character that is no digit becomes the digit it most resembles. */
  readonly digits: string;
  /** Smallest share of the chosen digit among all digits, 0–1. */
  readonly digitConfidence: number;
}

const lineHeight = 48;
const narrowest = 32;
const widest = 1600;

/** Builds the class list from the text of `ppocr_keys_v1.txt` (one character a line). */
export function parseKeys(text: string): RecogniserKeys {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const characters = ['', ...lines, ' '];
  return { characters, digits: Array.from('0123456789', (digit) => characters.indexOf(digit)) };
}

/**
 * Reads one upright line. `box` is grown by nothing: give it the margin the detector gives. Time goes with the width of the
 * strip; `squeeze` below 1 narrows it, letters included.
 */
export async function recogniseLine(
  model: LoadedModel,
  keys: RecogniserKeys,
  image: RgbImage,
  box: Box,
  squeeze = 1,
): Promise<LineReading> {
  const natural = (box.width / box.height) * squeeze;
  const width = Math.min(widest, Math.max(narrowest, Math.ceil(natural * (lineHeight / 8)) * 8));
  const sx = box.width / width;
  const sy = box.height / lineHeight;
  const strip = warpAffine(image, [sx, 0, box.x + (sx - 1) / 2, 0, sy, box.y + (sy - 1) / 2], width, lineHeight);
  const outputs = await model.run({ [model.entry.input.name]: toTensor(strip) });
  const scores = Object.values(outputs)[0];
  const steps = scores?.dims[1] ?? 0;
  const classes = scores?.dims[2] ?? 0;
  if (scores === undefined || classes !== keys.characters.length) {
    return { text: '', confidence: 0, digits: '', digitConfidence: 0 };
  }
  const { characters, confidence } = decodeGreedy(scores.data, steps, classes, keys, width);
  return { text: spacedText(strip, characters), confidence, ...decodeDigits(scores.data, steps, classes, keys) };
}

function toTensor(image: RgbImage): Tensor {
  const size = image.width * image.height;
  const data = new Float32Array(size * 3);
  for (let i = 0, k = 0; i < size; i += 1, k += 3) {
    data[i] = image.data[k + 2]! / 127.5 - 1;
    data[i + size] = image.data[k + 1]! / 127.5 - 1;
    data[i + 2 * size] = image.data[k]! / 127.5 - 1;
  }
  return { dims: [1, 3, image.height, image.width], data };
}

/** Greedy CTC (Graves et al., ICML 2006): best class per step, repeats merged, blanks dropped. */
function decodeGreedy(
  data: Float32Array,
  steps: number,
  classes: number,
  keys: RecogniserKeys,
  width: number,
): { characters: PlacedCharacter[]; confidence: number } {
  const characters: PlacedCharacter[] = [];
  let sum = 0;
  let previous = 0;
  let runStart = 0;
  const stepWidth = width / steps;
  for (let t = 0; t < steps; t += 1) {
    let best = 0;
    let top = -1;
    for (let c = 0, at = t * classes; c < classes; c += 1, at += 1) {
      if (data[at]! > top) {
        top = data[at]!;
        best = c;
      }
    }
    if (best !== 0 && best !== previous) {
      characters.push({ character: keys.characters[best]!, x: (t + 0.5) * stepWidth });
      sum += top;
      runStart = t;
    } else if (best !== 0) {
      characters[characters.length - 1] = {
        character: keys.characters[best]!,
        x: ((runStart + t) / 2 + 0.5) * stepWidth,
      };
    }
    previous = best;
  }
  return { characters, confidence: characters.length === 0 ? 0 : sum / characters.length };
}

/** Greedy CTC over the ten digits and blank. */
function decodeDigits(
  data: Float32Array,
  steps: number,
  classes: number,
  keys: RecogniserKeys,
): Pick<LineReading, 'digits' | 'digitConfidence'> {
  let digits = '';
  let weakest = 1;
  let previous = -1;
  let peak = 0;
  for (let t = 0; t < steps; t += 1) {
    const at = t * classes;
    let best = -1;
    let top = data[at]!;
    let total = 0;
    for (let d = 0; d < 10; d += 1) {
      const value = data[at + keys.digits[d]!]!;
      total += value;
      if (value > top) {
        top = value;
        best = d;
      }
    }
    if (previous >= 0 && best !== previous) weakest = Math.min(weakest, peak);
    if (best >= 0) {
      // Share among the digits: a letter in the place of a digit leaves all digits unlikely, and that must show.
      const share = (top / total) * Math.min(1, top * 2);
      if (best !== previous) {
        digits += String(best);
        peak = share;
      } else peak = Math.max(peak, share);
    }
    previous = best;
  }
  if (previous >= 0) weakest = Math.min(weakest, peak);
  return { digits, digitConfidence: digits === '' ? 0 : weakest };
}
