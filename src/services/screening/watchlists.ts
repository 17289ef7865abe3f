/**
 * The lists in force, indexed in memory: one immutable snapshot per list, built when first asked and again when a new
 * issue came. While a new issue is built the old one answers; then one assignment changes over. Processes that share a
 * database notice a new issue by its row.
 */
import { setImmediate as rest } from 'node:timers/promises';
import { fail, ok, type Result } from '../../contract/result.ts';
import type { ListEntry, ListReference } from '../../contract/screening.ts';
import type { OrgSettings } from '../../contract/settings.ts';
import { IndexBuilder } from '../../core/screening/build-index.ts';
import { defaultListAge, listAge } from '../../core/screening/list-age.ts';
import type { NameIndex } from '../../core/screening/name-index.ts';
import { activePacks, findChunk, type PackRow } from '../../store/repositories/screening-packs.ts';
import { findOrganisation } from '../../store/repositories/organisations.ts';
import type { Store } from '../../store/open-store.ts';
import { instant, type ServiceContext } from '../context.ts';
import { chunkEntries, openChunk } from './list-chunks.ts';

export interface LoadedList {
  readonly pack: PackRow;
  readonly index: NameIndex;
}

export interface Watchlists {
  readonly lists: readonly LoadedList[];
  readonly references: readonly ListReference[];
  /** Amber and red lists, and required ones that are missing. */
  readonly complaints: readonly string[];
}

interface Held {
  lists: readonly LoadedList[];
  loading: Promise<void> | null;
}

const heldBy = new WeakMap<Store, Map<string, Held>>();

function heldOf(store: Store, orgId: string): Held {
  const byOrg = heldBy.get(store) ?? new Map<string, Held>();
  heldBy.set(store, byOrg);
  const held = byOrg.get(orgId) ?? { lists: [], loading: null };
  byOrg.set(orgId, held);
  return held;
}

export type ScreeningPolicy = Required<NonNullable<OrgSettings['screening']>>;

/** What the organisation demands; left out: required where customers are real. */
export function screeningPolicy(settings: OrgSettings): ScreeningPolicy {
  const { required, lists, threshold, amberDays, redDays } = settings.screening ?? {};
  return {
    required: required ?? settings.environment === 'live',
    lists: lists ?? [],
    threshold: threshold ?? 85,
    amberDays: amberDays ?? defaultListAge.amberDays,
    redDays: redDays ?? defaultListAge.redDays,
  };
}

/**
 * The lists in force. `fresh`: wait until the newest issues are indexed; else an older snapshot may answer meanwhile.
 * Errors: `lists_unavailable` (none, a demanded one missing, or one too old), `not_found`.
 */
export async function openWatchlists(
  ctx: ServiceContext,
  orgId: string,
  options: { readonly fresh?: boolean } = {},
): Promise<Result<Watchlists>> {
  const organisation = await findOrganisation(ctx.store.db, orgId);
  if (organisation === null) return fail('not_found', 'organisation not found');
  const held = heldOf(ctx.store, orgId);
  const packs = await activePacks(ctx.store.db, orgId);
  if (!isCurrent(held.lists, packs)) {
    held.loading ??= reload(ctx, orgId, held).finally(() => {
      held.loading = null;
    });
    if (held.lists.length === 0 || options.fresh === true) {
      await held.loading;
      if (options.fresh === true && !isCurrent(held.lists, await activePacks(ctx.store.db, orgId)))
        return openWatchlists(ctx, orgId, options);
    }
  }
  return judged(ctx, held.lists, screeningPolicy(organisation.settings));
}

function isCurrent(lists: readonly LoadedList[], packs: readonly PackRow[]): boolean {
  return lists.length === packs.length && packs.every((pack) => lists.some((list) => list.pack.id === pack.id));
}

async function reload(ctx: ServiceContext, orgId: string, held: Held): Promise<void> {
  const packs = await activePacks(ctx.store.db, orgId);
  const next: LoadedList[] = [];
  for (const pack of packs) {
    const kept = held.lists.find((list) => list.pack.id === pack.id);
    const index = kept?.index ?? (await buildIndex(ctx, pack));
    if (index !== null) next.push({ pack, index });
  }
  held.lists = next;
}

/** null when the issue gave way to another while it was read. */
async function buildIndex(ctx: ServiceContext, pack: PackRow): Promise<NameIndex | null> {
  const builder = new IndexBuilder();
  for (let number = 0; number * chunkEntries < pack.entries; number += 1) {
    const chunk = await findChunk(ctx.store.db, pack.id, number);
    if (chunk === null) return null;
    for (const entry of openChunk(ctx.vault, pack.id, number, chunk.sealed)) builder.add(entry);
    if (number % 4 === 0) await rest();
  }
  const steps = builder.finish();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await rest();
  }
}

function judged(ctx: ServiceContext, lists: readonly LoadedList[], policy: ScreeningPolicy): Result<Watchlists> {
  const now = instant(ctx);
  const references = lists.map(({ pack }) => referenceOf(pack, now, policy));
  const missing = policy.lists.filter((id) => !lists.some(({ pack }) => pack.list_id === id));
  const complaints = [
    ...missing.map((id) => `${id} is missing`),
    ...references.filter(({ age }) => age !== 'green').map(({ listId, ageDays }) => `${listId} is ${ageDays} days old`),
  ];
  if (lists.length === 0) return fail('lists_unavailable', 'no list is loaded: import one with loket lists import');
  if (missing.length > 0)
    return fail('lists_unavailable', `a list that must be there is missing: ${missing.join(', ')}`, { missing });
  const red = references.filter(({ age }) => age === 'red').map(({ listId }) => listId);
  if (red.length > 0 && policy.required)
    return fail('lists_unavailable', `too old, import the current issue: ${red.join(', ')}`, { red });
  return ok({ lists, references, complaints });
}

export function referenceOf(pack: PackRow, now: string, policy: ScreeningPolicy): ListReference {
  const { days, age } = listAge(pack.imported_at, now, policy);
  return {
    listId: pack.list_id,
    title: pack.title,
    version: pack.version,
    hash: pack.hash,
    publishedAt: pack.published_at,
    entries: pack.entries,
    ageDays: days,
    age,
  };
}

/** One entry by its number in the list; null when the issue is no longer in the store. */
export async function entryAt(ctx: ServiceContext, pack: PackRow, number: number): Promise<ListEntry | null> {
  const at = Math.floor(number / chunkEntries);
  const chunk = await findChunk(ctx.store.db, pack.id, at);
  if (chunk === null) return null;
  return openChunk(ctx.vault, pack.id, at, chunk.sealed)[number % chunkEntries] ?? null;
}
