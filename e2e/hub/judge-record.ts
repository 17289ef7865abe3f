/** What must hold of a hub's record after any day: the chain, the nonces, the sealed frames. */
import { standInBucket } from '../../src/connectors/s3/testing/s3-stand-in.ts';
import type { Hub } from './hub-processes.ts';

export interface RecordReader {
  say(holds: boolean, what: string): void;
  /** Rows of `text`, which follows `select count(*) from`. */
  count(text: string): Promise<number>;
  ids(text: string): Promise<readonly string[]>;
}

/** `findings` grows with what does not hold. */
export function recordReader(hub: Hub, known: readonly string[]): RecordReader & { readonly findings: string[] } {
  const findings = [...new Set(known)];
  return {
    findings,
    say: (holds, what) => void (holds ? undefined : findings.push(what)),
    count: async (text) => (await hub.query<{ n: number }>(`select count(*)::int as n from ${text}`))[0]?.n ?? -1,
    ids: async (text) => (await hub.query<{ id: string }>(text)).map((row) => row.id),
  };
}

export async function judgeRecord(hub: Hub, captures: number, { count, ids, say }: RecordReader): Promise<void> {
  say((await count('(select nonce from captures group by nonce having count(*) > 1) t')) === 0, 'a nonce twice');
  const audit = JSON.parse(hub.command('audit', 'verify', '--json')) as Record<string, unknown>;
  say(audit['intact'] === true, `the audit chain is broken: ${JSON.stringify(audit)}`);

  // Every sealed frame that a record names is there; what is there besides is known and will go.
  const kept = await hub.query<{ key: string; size: string }>(
    "select key, size from blob_objects where state = 'kept'",
  );
  say(kept.length === captures, `${kept.length} objects kept for ${captures} captures`);
  const lost = kept.filter(
    ({ key, size }) => hub.frames.objects.get(`${standInBucket}/hub/${key}`)?.length !== Number(size),
  );
  say(lost.length === 0, `${lost.length} sealed frames are missing from the store`);
  const known = new Set(await ids('select key as id from blob_objects'));
  const strangers = [...hub.frames.objects.keys()].filter(
    (key) => !known.has(key.slice(`${standInBucket}/hub/`.length)),
  );
  say(strangers.length === 0, `${strangers.length} objects nobody would ever remove`);
}
