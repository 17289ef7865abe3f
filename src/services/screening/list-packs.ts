/**
 * Signed list packs: one file to carry a list from head office to the branches. Gzip of JSON lines: a head with provenance,
 * version, hash and an Ed25519 signature over the head's canonical JSON (RFC 8785), then one entry a line. The signature
 * covers the entries through their hash.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { ListProblem } from '../../connectors/watchlists/list-problem.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { listFormats, type ListEntry, type ListFormat } from '../../contract/screening.ts';
import { activePacks, findChunk, type PackRow } from '../../store/repositories/screening-packs.ts';
import { canonicalBytes } from '../../vault/bundle-signing.ts';
import { verifyEd25519Bytes } from '../../vault/ed25519.ts';
import type { Actor, ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';
import { asFailure, storeEntries, type ListImported } from './import-list.ts';
import { openChunk } from './list-chunks.ts';

interface PackHead {
  readonly kind: 'loket-list-pack';
  readonly layout: 1;
  readonly listId: string;
  readonly title: string;
  readonly format: ListFormat;
  readonly version: string;
  readonly source: string;
  readonly licence: string;
  readonly publishedAt: string;
  /** When the issue was last known to be current, where the pack was made: its age goes with it. */
  readonly confirmedAt: string;
  readonly entries: number;
  readonly hash: string;
  readonly signedBy: string;
}

/** A pack is unpacked to at most this much, bytes. */
const mostLine = 8 * 1024 * 1024;
const mostUnpacked = 8 * 1024 * 1024 * 1024;

/** Errors: `not_found`, `lists_unavailable` when the issue changed meanwhile. */
export async function exportPack(
  ctx: ServiceContext,
  actor: Actor,
  input: { readonly listId: string; readonly path: string },
): Promise<
  Result<{ readonly listId: string; readonly version: string; readonly entries: number; readonly signedBy: string }>
> {
  const pack = (await activePacks(ctx.store.db, actor.orgId)).find((one) => one.list_id === input.listId);
  if (pack === undefined) return fail('not_found', 'no such list is in force');
  const head = headOf(ctx, pack);
  const signature = ctx.vault.desk.sign(canonicalBytes(head));
  const partial = `${input.path}.part`;
  try {
    await pipeline(
      Readable.from(packLines(ctx, pack, { ...head, signature })),
      createGzip(),
      createWriteStream(partial),
    );
    await rename(partial, input.path);
  } catch (error) {
    await rm(partial, { force: true });
    if (error instanceof ListProblem) return fail('lists_unavailable', 'the list was changed meanwhile, export again');
    throw error;
  }
  await ctx.store.transaction((trx) =>
    recordAudit(ctx, trx, actor, { event: 'list.exported', objectId: pack.id, detail: { list: pack.list_id } }),
  );
  return ok({ listId: pack.list_id, version: pack.version, entries: pack.entries, signedBy: head.signedBy });
}

function headOf(ctx: ServiceContext, pack: PackRow): PackHead {
  return {
    kind: 'loket-list-pack',
    layout: 1,
    listId: pack.list_id,
    title: pack.title,
    format: pack.format as ListFormat,
    version: pack.version,
    source: pack.source,
    licence: pack.licence,
    publishedAt: pack.published_at,
    confirmedAt: pack.imported_at,
    entries: pack.entries,
    hash: pack.hash,
    signedBy: ctx.vault.desk.publicKey,
  };
}

async function* packLines(ctx: ServiceContext, pack: PackRow, head: object): AsyncGenerator<string> {
  yield `${JSON.stringify(head)}\n`;
  let count = 0;
  for (let number = 0; count < pack.entries; number += 1) {
    const chunk = await findChunk(ctx.store.db, pack.id, number);
    if (chunk === null) throw new ListProblem('list_truncated', 'a piece is missing');
    const entries = openChunk(ctx.vault, pack.id, number, chunk.sealed);
    count += entries.length;
    yield entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  }
}

/**
 * `key`: the signer's public key the bank trusts; without it only packs of this installation are taken. Errors:
 * `list_signature_invalid`, and the codes of `ListProblem`.
 */
export async function importPack(
  ctx: ServiceContext,
  actor: Actor,
  input: { readonly path: string; readonly key?: string | undefined },
): Promise<Result<ListImported>> {
  try {
    const lines = packFile(input.path);
    const first = await lines.next();
    const head = first.done === true ? null : readHead(first.value);
    if (head === null) return fail('list_wrong_format', 'line 1: this is no list pack', { line: 1 });
    const trusted = verify(ctx, head, input.key);
    if (!trusted.ok) return trusted;
    const { signature, ...told } = head;
    const facts = {
      title: told.title,
      format: told.format,
      source: told.source,
      licence: told.licence,
      published_at: told.publishedAt,
      signed_by: told.signedBy,
      signature,
      confirmedAt: told.confirmedAt,
    };
    return await storeEntries(ctx, actor, told.listId, entriesOf(lines, told.listId), () => facts, told.hash);
  } catch (error) {
    if (error instanceof ListProblem) return asFailure(error);
    throw error;
  }
}

function readHead(line: string): (PackHead & { readonly signature: string }) | null {
  try {
    const head = JSON.parse(line) as Partial<PackHead & { signature: string }>;
    const texts = [
      'listId',
      'title',
      'version',
      'source',
      'licence',
      'publishedAt',
      'confirmedAt',
      'hash',
      'signedBy',
      'signature',
    ] as const;
    const fits =
      head.kind === 'loket-list-pack' &&
      head.layout === 1 &&
      texts.every((name) => typeof head[name] === 'string') &&
      /^[a-z0-9][a-z0-9-]{1,39}$/u.test(head.listId ?? '') &&
      listFormats.includes(head.format as ListFormat);
    return fits ? (head as PackHead & { signature: string }) : null;
  } catch {
    return null;
  }
}

function verify(ctx: ServiceContext, head: PackHead & { readonly signature: string }, key?: string): Result<true> {
  const { signature, ...signed } = head;
  if (!verifyEd25519Bytes(canonicalBytes(signed), signature, head.signedBy))
    return fail('list_signature_invalid', 'the signature of the pack does not fit its content');
  if (head.signedBy !== (key ?? ctx.vault.desk.publicKey))
    return fail(
      'list_signature_invalid',
      `signed by ${head.signedBy}: ask the sender for his key and pass it with --key`,
    );
  return ok(true);
}

async function* packFile(path: string): AsyncGenerator<string> {
  const source = createReadStream(path);
  const gunzip = createGunzip();
  let unpacked = 0;
  let failure: unknown = null;
  const failed = (error: Error): void => {
    failure = error;
    gunzip.destroy(error);
  };
  source.on('error', failed);
  gunzip.on('error', failed);
  source.pipe(gunzip);
  const lines = createInterface({ input: gunzip, crlfDelay: Number.POSITIVE_INFINITY });
  try {
    for await (const line of lines) {
      unpacked += line.length;
      if (line.length > mostLine || unpacked > mostUnpacked)
        throw new ListProblem('list_too_large', 'the pack is too large');
      yield line;
    }
  } catch (error) {
    // Whether the reader of lines throws what broke the stream, or just ends, depends on when it broke.
    throw packProblem(error);
  } finally {
    lines.close();
    source.destroy();
    gunzip.destroy();
  }
  if (failure !== null) throw packProblem(failure);
}

function packProblem(error: unknown): unknown {
  const { code } = error as { code?: string };
  if (code === 'ENOENT' || code === 'EISDIR') return new ListProblem('list_not_found', 'there is no such file');
  if (code === 'Z_BUF_ERROR') return new ListProblem('list_truncated', 'the pack ends in the middle');
  return code?.startsWith('Z_') === true ? new ListProblem('list_wrong_format', 'this is no list pack') : error;
}

async function* entriesOf(lines: AsyncGenerator<string>, listId: string): AsyncGenerator<ListEntry> {
  let line = 1;
  for await (const text of lines) {
    line += 1;
    let entry: ListEntry;
    try {
      entry = JSON.parse(text) as ListEntry;
    } catch {
      throw new ListProblem('list_malformed', 'an entry is not JSON', line);
    }
    if (entry.listId !== listId) throw new ListProblem('list_malformed', 'an entry belongs to another list', line);
    yield entry;
  }
}
