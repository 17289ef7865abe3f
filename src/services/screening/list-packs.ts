/**
 * Signed list packs: one file to carry a list from head office to the branches. Gzip of JSON lines: a head with provenance,
 * version, hash and an Ed25519 signature over the head's canonical JSON (RFC 8785), then one entry a line. The signature
 * covers the entries through their hash. A pack that continues an earlier one (layout 2) carries only what changed.
 */
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { ListProblem } from '../../connectors/watchlists/list-problem.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { listFormats, type ListEntry, type ListFormat } from '../../contract/screening.ts';
import { activePacks, type PackRow } from '../../store/repositories/screening-packs.ts';
import { canonicalBytes } from '../../vault/bundle-signing.ts';
import { verifyEd25519Bytes } from '../../vault/ed25519.ts';
import type { Actor, ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';
import { asFailure, storeEntries, type ListImported } from './import-list.ts';
import { EntriesHash } from './list-chunks.ts';
import {
  appliedTo,
  deltaOf,
  entriesAt,
  entryDigest,
  readKeep,
  type DeltaCount,
  type EarlierIssue,
  type Keep,
} from './list-deltas.ts';
import { packFile } from './pack-file.ts';

interface PackHead {
  readonly kind: 'loket-list-pack';
  readonly layout: 1 | 2;
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
  /** Layout 2: the issue that must be in force where this pack is taken in. */
  readonly base?: Base;
}

interface Base {
  readonly version: string;
  readonly hash: string;
}

export interface PackExport {
  readonly listId: string;
  readonly path: string;
  /** An earlier pack of this list, whole: only what changed since is written. */
  readonly since?: string | undefined;
}

export interface PackExported {
  readonly listId: string;
  readonly version: string;
  readonly entries: number;
  readonly signedBy: string;
  /** Null: the pack is whole. */
  readonly delta: (DeltaCount & { readonly since: string }) | null;
}

/** Errors: `not_found`, `lists_unavailable` when the issue changed meanwhile, and the codes of `ListProblem` for `since`. */
export async function exportPack(ctx: ServiceContext, actor: Actor, input: PackExport): Promise<Result<PackExported>> {
  const pack = (await activePacks(ctx.store.db, actor.orgId)).find((one) => one.list_id === input.listId);
  if (pack === undefined) return fail('not_found', 'no such list is in force');
  const earlier = input.since === undefined ? ok(null) : await readEarlier(input.since, pack.list_id);
  if (!earlier.ok) return earlier;
  const head = headOf(ctx, pack, earlier.value?.base);
  const signature = ctx.vault.desk.sign(canonicalBytes(head));
  const partial = `${input.path}.part`;
  let counted: DeltaCount | null = null;
  const whole = entriesAt(ctx, pack, [0, pack.entries]);
  const lines = earlier.value === null ? whole : deltaOf(earlier.value.entries, whole, (count) => (counted = count));
  try {
    await pipeline(Readable.from(packLines({ ...head, signature }, lines)), createGzip(), createWriteStream(partial));
    await rename(partial, input.path);
  } catch (error) {
    await rm(partial, { force: true });
    if (error instanceof ListProblem) return fail('lists_unavailable', 'the list was changed meanwhile, export again');
    throw error;
  }
  const since = earlier.value?.base.version;
  await ctx.store.transaction((trx) =>
    recordAudit(ctx, trx, actor, {
      event: 'list.exported',
      objectId: pack.id,
      detail: { list: pack.list_id, ...(since === undefined ? {} : { since }) },
    }),
  );
  const delta = counted === null || since === undefined ? null : { ...(counted as DeltaCount), since };
  return ok({ listId: pack.list_id, version: pack.version, entries: pack.entries, signedBy: head.signedBy, delta });
}

/** A whole pack of the same list, read to its end: its entries must be those its head names. */
async function readEarlier(
  path: string,
  listId: string,
): Promise<Result<{ readonly base: Base; readonly entries: EarlierIssue }>> {
  try {
    const lines = packFile(path);
    const first = await lines.next();
    const head = first.done === true ? null : readHead(first.value);
    if (head?.base !== undefined || head?.listId !== listId)
      return fail('list_wrong_format', 'line 1: the earlier pack is no whole pack of this list', { line: 1 });
    const entries = new Map<string, { readonly at: number; readonly digest: string }>();
    const hash = new EntriesHash();
    for await (const entry of instructionsOf(lines, listId)) {
      if ('keep' in entry) throw new ListProblem('list_malformed', 'an entry is none');
      hash.add(entry);
      entries.set(entry.id, { at: entries.size, digest: entryDigest(entry) });
    }
    if (hash.digest() !== head.hash) throw new ListProblem('list_malformed', 'the entries are not those of the head');
    return ok({ base: { version: head.version, hash: head.hash }, entries });
  } catch (error) {
    if (error instanceof ListProblem) return asFailure(error);
    throw error;
  }
}

function headOf(ctx: ServiceContext, pack: PackRow, base: Base | undefined): PackHead {
  return {
    kind: 'loket-list-pack',
    layout: base === undefined ? 1 : 2,
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
    ...(base === undefined ? {} : { base }),
  };
}

async function* packLines(head: object, lines: AsyncIterable<object>): AsyncGenerator<string> {
  yield `${JSON.stringify(head)}\n`;
  for await (const line of lines) yield `${JSON.stringify(line)}\n`;
}

/**
 * `key`: the signer's public key the bank trusts; without it only packs of this installation are taken. Errors:
 * `list_signature_invalid`, `lists_unavailable` (the pack continues an issue that is not in force here), and the codes of
 * `ListProblem`.
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
    const entries = await entriesFor(ctx, actor, told, instructionsOf(lines, told.listId));
    if (!entries.ok) return entries;
    return await storeEntries(ctx, actor, told.listId, entries.value, () => facts, told.hash);
  } catch (error) {
    if (error instanceof ListProblem) return asFailure(error);
    throw error;
  }
}

async function entriesFor(
  ctx: ServiceContext,
  actor: Actor,
  { base, entries, hash, listId }: PackHead,
  instructions: AsyncIterable<ListEntry | Keep>,
): Promise<Result<AsyncIterable<ListEntry>>> {
  if (base === undefined) return ok(wholeOf(instructions));
  const current = (await activePacks(ctx.store.db, actor.orgId)).find((one) => one.list_id === listId);
  // Taken in before: it is confirmed by what is here.
  if (current?.hash === hash) return ok(entriesAt(ctx, current, [0, current.entries]));
  if (current?.hash !== base.hash)
    return fail(
      'lists_unavailable',
      `this pack continues ${base.version}, which is not in force here: take a whole one`,
    );
  return ok(appliedTo(ctx, current, instructions, entries));
}

async function* wholeOf(instructions: AsyncIterable<ListEntry | Keep>): AsyncGenerator<ListEntry> {
  for await (const one of instructions) {
    if ('keep' in one) throw new ListProblem('list_malformed', 'an entry is none');
    yield one;
  }
}

/** Who signed a pack, and of which list it is; as `importPack` believes it. Errors: `list_signature_invalid`, those of `ListProblem`. */
export async function readPackHead(
  ctx: ServiceContext,
  path: string,
  key?: string,
): Promise<Result<Pick<PackHead, 'listId' | 'version' | 'signedBy' | 'base'>>> {
  const lines = packFile(path);
  try {
    const first = await lines.next();
    const head = first.done === true ? null : readHead(first.value);
    if (head === null) return fail('list_wrong_format', 'line 1: this is no list pack', { line: 1 });
    const trusted = verify(ctx, head, key);
    return trusted.ok ? ok(head) : trusted;
  } catch (error) {
    if (error instanceof ListProblem) return asFailure(error);
    throw error;
  } finally {
    await lines.return(undefined);
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
      head.layout === (head.base === undefined ? 1 : 2) &&
      (head.base === undefined || (typeof head.base.version === 'string' && typeof head.base.hash === 'string')) &&
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

async function* instructionsOf(lines: AsyncGenerator<string>, listId: string): AsyncGenerator<ListEntry | Keep> {
  let line = 1;
  for await (const text of lines) {
    line += 1;
    const value = parsed(text);
    if (value === null) throw new ListProblem('list_malformed', 'an entry is not JSON', line);
    const keep = readKeep(value);
    if (keep === null && (value as ListEntry).listId !== listId)
      throw new ListProblem('list_malformed', 'an entry belongs to another list', line);
    yield keep ?? (value as ListEntry);
  }
}

function parsed(text: string): object | null {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}
