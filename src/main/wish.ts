import { parseArgs } from 'node:util';

/** What stood behind the command. */
export interface Wish {
  readonly verb: string | undefined;
  readonly path: string | undefined;
  readonly out: string | undefined;
  readonly url: string | undefined;
  readonly code: string | undefined;
  readonly ca: string | undefined;
  readonly root: boolean;
  readonly share: readonly string[];
}

/** Null: a word nobody knows. `data` is the directory it names. */
export function readWish(words: readonly string[]): { readonly wish: Wish; readonly data: string | undefined } | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        data: { type: 'string' },
        out: { type: 'string' },
        url: { type: 'string' },
        code: { type: 'string' },
        ca: { type: 'string' },
        root: { type: 'boolean', default: false },
        share: { type: 'string', multiple: true, default: [] },
      },
    });
    const [verb, path] = positionals;
    const { out, url, code, ca, root, share, data } = values;
    return { wish: { verb, path, out, url, code, ca, root, share }, data };
  } catch {
    return null;
  }
}
