/**
 * What was found is written beside the verification it belongs to, in its transaction: hits sealed under the customer's
 * key, the freeze where a list demands it, and an audit row. Nothing of it is in what desk and customer are told.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Reason } from '../../contract/reasons.ts';
import type { ListEntry, ListReference, ScreeningHit } from '../../contract/screening.ts';
import { findHit, freeze, insertHit, type HitRow } from '../../store/repositories/screening-hits.ts';
import { activePacks } from '../../store/repositories/screening-packs.ts';
import type { Db } from '../../store/repositories/types.ts';
import { instant, type Actor, type ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';
import type { ScreeningOutcome, Subject } from './screen-subject.ts';

/** The one reason for hits and for missing lists: neither teller nor customer can tell which (no tipping-off). */
const doubt: Reason = { code: 'record_check', gate: 'record' };

/** Assets are to be frozen at once ("serta merta") on these lists. */
const freezing: ReadonlySet<string> = new Set(['terrorism', 'proliferation']);

export const hitContext = (hitId: string): string => `screening-hit:${hitId}`;

/** Reasons why a person must look: open hits, or no answer where one is required. Inside the transaction that writes. */
export async function screeningDoubts(
  ctx: ServiceContext,
  trx: Db,
  orgId: string,
  customerId: string,
  outcome: ScreeningOutcome,
): Promise<readonly Reason[]> {
  if (outcome.state === 'unavailable') return outcome.required ? [doubt] : [];
  // Another issue came while the pixels were looked at: the run it caused may have passed this customer by.
  if (!(await restsOnCurrent(trx, orgId, outcome.lists))) return [doubt];
  if (outcome.state === 'clear') return [];
  for (const hit of outcome.hits) {
    const known = await findHit(trx, pairOf(ctx, orgId, customerId, outcome.subject, hit.entry));
    if (known?.state !== 'cleared') return [doubt];
  }
  return [];
}

async function restsOnCurrent(trx: Db, orgId: string, lists: readonly ListReference[]): Promise<boolean> {
  const packs = await activePacks(trx, orgId);
  return (
    packs.length === lists.length &&
    packs.every((pack) => lists.some((list) => list.listId === pack.list_id && list.hash === pack.hash))
  );
}

export interface ScreeningRecord {
  readonly orgId: string;
  readonly customerId: string;
  readonly wrappedKey: Uint8Array;
  /** null: there was nothing to open a case about. */
  readonly caseId: string | null;
  readonly runId: string | null;
}

/** Number of hits that are new. */
export async function recordScreening(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  record: ScreeningRecord,
  outcome: ScreeningOutcome,
): Promise<number> {
  const { orgId, customerId } = record;
  if (outcome.state === 'unavailable' && !outcome.required) return 0;
  const added = outcome.state === 'hits' ? await addHits(ctx, trx, record, outcome.subject, outcome.hits) : [];
  if (record.runId === null || added.length > 0) {
    await recordAudit(ctx, trx, actor, {
      event: outcome.state === 'hits' ? 'screening.hit_found' : 'screening.performed',
      customerId,
      ...(record.caseId === null ? {} : { objectId: record.caseId }),
      detail: auditDetail(outcome, added.length),
    });
  }
  const frozen = added.some(({ entry }) => entry.topics.some((topic) => freezing.has(topic)));
  if (frozen) {
    const caseId = record.caseId ?? '';
    await freeze(trx, {
      org_id: orgId,
      customer_id: customerId,
      case_id: caseId,
      since: instant(ctx),
      lifted_at: null,
    });
    await recordAudit(ctx, trx, actor, { event: 'customer.frozen', customerId, objectId: caseId });
  }
  return added.length;
}

function auditDetail(outcome: ScreeningOutcome, hits: number): Readonly<Record<string, unknown>> {
  if (outcome.state === 'unavailable') return { state: outcome.state, code: outcome.code };
  return {
    state: outcome.state,
    hits,
    lists: outcome.lists.map(({ listId, version, hash }) => ({ listId, version, hash })),
  };
}

async function addHits(
  ctx: ServiceContext,
  trx: Db,
  record: ScreeningRecord,
  subject: Subject,
  hits: readonly ScreeningHit[],
): Promise<readonly ScreeningHit[]> {
  const packs = await activePacks(trx, record.orgId);
  const added: ScreeningHit[] = [];
  for (const hit of hits) {
    const pack = packs.find((one) => one.list_id === hit.entry.listId);
    if (pack === undefined) continue;
    const id = ctx.ids.next('hit');
    const plain = new TextEncoder().encode(JSON.stringify(hit));
    const isNew = await insertHit(trx, {
      id,
      ...pairOf(ctx, record.orgId, record.customerId, subject, hit.entry),
      case_id: record.caseId ?? '',
      run_id: record.runId,
      pack_id: pack.id,
      list_id: pack.list_id,
      score: hit.score,
      detail_sealed: ctx.vault.sealForCustomer(record.wrappedKey, record.customerId, plain, hitContext(id)),
      state: 'open',
      created_at: instant(ctx),
      decided_at: null,
    });
    if (isNew) added.push(hit);
  }
  return added;
}

type Pair = Pick<HitRow, 'org_id' | 'customer_id' | 'entry_id' | 'entry_hash' | 'asked_hash'>;

/** What was compared, by keyed hash on the customer's side: cleared once, the same pair is not raised again. */
export function pairOf(
  ctx: Pick<ServiceContext, 'vault'>,
  orgId: string,
  customerId: string,
  subject: Subject,
  entry: ListEntry,
): Pair {
  const told = JSON.stringify([entry.names, entry.birthDates, entry.idNumbers, entry.topics]);
  return {
    org_id: orgId,
    customer_id: customerId,
    entry_id: entry.id,
    entry_hash: bytesToHex(sha256(new TextEncoder().encode(told))),
    asked_hash: ctx.vault.blindIndex(orgId, JSON.stringify(['screened', subject.name, subject.birthDate ?? ''])),
  };
}
