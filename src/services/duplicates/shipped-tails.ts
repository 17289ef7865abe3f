/** The impostor tails that come with the program, read once. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ModelTail } from '../../core/duplicates/judge-duplicates.ts';

let shipped: readonly ModelTail[] | undefined;

/** `resources/calibration/face-tail.json`: written from `npm run accuracy:face`, with its evidence. */
export function shippedTails(): readonly ModelTail[] {
  shipped ??= (
    JSON.parse(
      readFileSync(fileURLToPath(new URL('../../../resources/calibration/face-tail.json', import.meta.url)), 'utf8'),
    ) as { readonly tails: readonly ModelTail[] }
  ).tails;
  return shipped;
}
