/**
 * What evidence costs: sealing beside the same write unsealed, draining a full outbox, checking a long audit log, and
 * whether memory stays flat. Prints one JSON line for each part.
 * Usage: node bench-evidence.ts [seal] [drain] [audit] [soak] [--short | --count N] [--bundles N] [--rows N] [--captures N]
 *   [--rounds N] [--dir FOLDER]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAt, type TemporaryInstallation } from '../../src/store/testing/temporary-installation.ts';
import { benchAudit } from './bench/audit.ts';
import { benchDrain } from './bench/drain.ts';
import { benchSeal } from './bench/seal.ts';
import { benchSoak } from './bench/soak.ts';

const args = process.argv.slice(2);
const short = args.includes('--short');
const valueOf = (name: string): string | undefined => {
  const at = args.indexOf(name);
  return at === -1 ? undefined : args[at + 1];
};
const rounds = Number(valueOf('--rounds') ?? 200);
const folder = valueOf('--dir') ?? tmpdir();

/** `own`: the option that counts this part's things by their name. */
const size = (own: string, large: number, small: number): number =>
  Number(valueOf(own) ?? valueOf('--count') ?? (short ? small : large));

/** Ten thousand bundles, a million rows, five thousand captures: about half an hour. `--short` is for every day. */
const parts: Readonly<Record<string, (place: TemporaryInstallation) => Promise<object>>> = {
  seal: (place) => benchSeal(place, rounds),
  drain: (place) => benchDrain(place, size('--bundles', 10_000, 500)),
  audit: (place) => benchAudit(place, size('--rows', 1_000_000, 20_000)),
  soak: (place) => benchSoak(place, size('--captures', 5_000, 200)),
};
const named = Object.keys(parts).filter((name) => args.includes(name));

for (const name of named.length > 0 ? named : Object.keys(parts)) {
  const root = mkdtempSync(join(folder, 'loket-bench-'));
  const place = await openAt(root, () => new Date(), 'sqlite');
  try {
    const result = await parts[name]?.(place);
    console.log(JSON.stringify({ part: name, ...result }));
  } finally {
    await place.store.close();
    rmSync(root, { recursive: true, force: true });
  }
}
