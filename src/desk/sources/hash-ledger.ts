/** The pictures that became evidence, by SHA-256, across restarts: a file that comes again is known. */
import { readFile, rename, writeFile } from 'node:fs/promises';

export interface HashLedger {
  has(hash: string): Promise<boolean>;
  add(hashes: readonly string[]): Promise<void>;
}

const kept = 2_000;

/** A damaged file starts anew: the ledger only saves a second look. */
export function openHashLedger(path: string): HashLedger {
  let loaded: Promise<string[]> | null = null;
  const load = () => (loaded ??= readFile(path, 'utf8').then(parse, () => []));
  return {
    has: async (hash) => (await load()).includes(hash),
    async add(hashes) {
      const all = [...new Set([...(await load()), ...hashes])].slice(-kept);
      loaded = Promise.resolve(all);
      await writeFile(`${path}.new`, JSON.stringify(all), { mode: 0o600 });
      await rename(`${path}.new`, path);
    },
  };
}

function parse(text: string): string[] {
  try {
    const value = JSON.parse(text) as unknown;
    return Array.isArray(value) ? value.filter((hash) => typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash)) : [];
  } catch {
    return [];
  }
}
