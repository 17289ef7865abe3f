/**
 * The one way to ask a civil registry: ordered sources, quota of the desk and of the contract, expiry and purpose of the
 * credentials, and a line in the access log for every question that was put (Permendagri 102/2019).
 */
import {
  isUnavailable,
  type AccuAuthCredentials,
  type GlairCredentials,
  type IlumaCredentials,
  type RegistryAnswer,
  type RegistryKind,
  type RegistryProblem,
  type RegistryPurpose,
  type RegistryQuery,
  type RegistrySource,
  type SourceOptions,
} from '../../contract/registry.ts';
import { accuauthSource } from '../../connectors/accuauth/accuauth-source.ts';
import { askInOrder } from '../../connectors/fallback/fallback-source.ts';
import { glairSource } from '../../connectors/glair/glair-source.ts';
import { ilumaSource } from '../../connectors/iluma/iluma-source.ts';
import { importedSource } from '../../connectors/registry-source/imported.ts';
import { registryIndex } from '../../connectors/registry-source/sealed-rows.ts';
import { vendorCall, type VendorCall, type VendorCallOptions } from '../../connectors/registry-source/vendor-call.ts';
import { facePercent } from '../../core/match/face-percent.ts';
import { defaultOrgSettings } from '../../contract/settings.ts';
import {
  countAccess,
  insertAccess,
  listRegistrySources,
  type RegistrySourceRow,
} from '../../store/repositories/registry-access.ts';
import type { Store } from '../../store/open-store.ts';
import { fitImage } from '../../vision/image/fit-image.ts';
import { instant, minuteMs, plusMs, type Actor, type ServiceContext } from '../context.ts';
import { matchThresholds } from '../match-thresholds.ts';
import { recordAudit } from '../record-audit.ts';
import { credentialsContext } from './registry-sources.ts';

export interface RegistryQuestion {
  readonly actor: Actor;
  /** `desk:<id>` or `client:<id>`. */
  readonly asker: string;
  readonly purpose: RegistryPurpose;
  readonly customerId?: string;
  readonly query: RegistryQuery;
  /** Asked of these only. */
  readonly only?: readonly RegistryKind[];
}

interface Ready {
  readonly source: RegistrySource;
  readonly options: SourceOptions | null;
}

/** The breaker of a vendor outlives the single question; a change of the source begins anew. */
const calls = new WeakMap<Store, Map<string, VendorCall>>();

export async function askRegistry(
  ctx: ServiceContext,
  question: RegistryQuestion,
  tuning: Partial<VendorCallOptions> = {},
): Promise<RegistryAnswer> {
  const ready = (await readySources(ctx, question.actor.orgId, tuning)).filter(
    ({ source }) => question.only === undefined || question.only.includes(source.kind),
  );
  const optionsOf = new Map(ready.map(({ source, options }) => [source.kind, options]));
  return askInOrder(
    ready.map(({ source }) => source),
    question.query,
    {
      permit: ({ kind }) => permit(ctx, question, kind, optionsOf.get(kind) ?? null),
      note: (kind, answer, ms) => note(ctx, question, kind, answer, ms),
    },
    () => performance.now(),
  );
}

async function readySources(
  ctx: ServiceContext,
  orgId: string,
  tuning: Partial<VendorCallOptions>,
): Promise<readonly Ready[]> {
  const rows = await listRegistrySources(ctx.store.db, orgId);
  const ready = rows.flatMap((row): Ready[] => {
    const options = JSON.parse(row.options) as SourceOptions;
    const source = options.enabled ? sourceOf(ctx, row, options, tuning) : null;
    return source === null ? [] : [{ source, options }];
  });
  // The own table costs nothing: without a word about it, it is asked first.
  const named = rows.some((row) => row.kind === 'imported');
  return named ? ready : [{ source: importedOf(ctx, orgId), options: null }, ...ready];
}

function importedOf(ctx: ServiceContext, orgId: string): RegistrySource {
  return importedSource({ store: ctx.store, vault: ctx.vault, vision: ctx.vision, orgId, percentOf });
}

/** One calibrated curve for every provider's scale (api-decisions). */
function percentOf(similarity: number, modelId: string): number | null {
  const limits = (risk: 'low' | 'high') =>
    matchThresholds({ modelId, source: 'dukcapil', risk, settings: defaultOrgSettings });
  const { threshold, reviewThreshold } = limits('low');
  return facePercent(similarity, { review: reviewThreshold, match: threshold, matchHigh: limits('high').threshold });
}

function sourceOf(
  ctx: ServiceContext,
  row: RegistrySourceRow,
  options: SourceOptions,
  tuning: Partial<VendorCallOptions>,
): RegistrySource | null {
  if (row.kind === 'imported') return importedOf(ctx, row.org_id);
  if (row.credentials_sealed === null || row.base_url === null) return null;
  const opened = ctx.vault.openSecret(row.credentials_sealed, credentialsContext(row.org_id, row.kind));
  const credentials = JSON.parse(new TextDecoder().decode(opened)) as unknown;
  const parts = { baseUrl: row.base_url, fit: fitImage };
  const call = callOf(ctx.store, row, { timeoutMs: options.timeoutMs, ...tuning });
  if (row.kind === 'glair') return glairSource({ ...parts, credentials: credentials as GlairCredentials }, call);
  if (row.kind === 'accuauth')
    return accuauthSource({ ...parts, credentials: credentials as AccuAuthCredentials }, call);
  return ilumaSource({ ...parts, credentials: credentials as IlumaCredentials }, call);
}

function callOf(store: Store, row: RegistrySourceRow, options: VendorCallOptions): VendorCall {
  const known = calls.get(store) ?? new Map<string, VendorCall>();
  calls.set(store, known);
  const key = `${row.id} ${row.updated_at}`;
  const call = known.get(key) ?? vendorCall(options);
  for (const other of known.keys()) if (other.startsWith(`${row.id} `) && other !== key) known.delete(other);
  known.set(key, call);
  return call;
}

/** Days and months are counted by the clock of Jakarta. */
const wibMs = 7 * 60 * minuteMs;

export function beginningOf(unit: 'day' | 'month', now: string): string {
  const local = plusMs(now, wibMs).slice(0, unit === 'day' ? 10 : 7);
  return plusMs(`${unit === 'day' ? local : `${local}-01`}T00:00:00.000Z`, -wibMs);
}

async function permit(
  ctx: ServiceContext,
  { actor, asker, purpose }: RegistryQuestion,
  kind: RegistryKind,
  options: SourceOptions | null,
): Promise<RegistryProblem | null> {
  if (options === null) return null;
  const now = instant(ctx);
  const { db } = ctx.store;
  const { dailyPerAsker, expiresAt, monthlyQuota, purposes } = options;
  if (expiresAt !== undefined && new Date(expiresAt).toISOString() <= now) return 'credentials_expired';
  if (purposes !== undefined && !purposes.includes(purpose)) return 'not_permitted';
  // The own table has no contract that limits it.
  if (kind === 'imported') return null;
  const asked = (unit: 'day' | 'month', who: string | null) =>
    countAccess(db, actor.orgId, kind, beginningOf(unit, now), who);
  if (dailyPerAsker !== undefined && (await asked('day', asker)) >= dailyPerAsker) return 'quota_exceeded';
  if (monthlyQuota !== undefined && (await asked('month', null)) >= monthlyQuota) return 'quota_exceeded';
  return null;
}

async function note(
  ctx: ServiceContext,
  question: RegistryQuestion,
  kind: RegistryKind,
  answer: RegistryAnswer,
  ms: number,
): Promise<void> {
  const { actor, asker, purpose, customerId, query } = question;
  const outcome = isUnavailable(answer) ? answer.reason : answer.found ? 'found' : 'not_found';
  if (outcome === 'no_source') return;
  const id = ctx.ids.next('rga');
  await ctx.store.transaction(async (trx) => {
    await insertAccess(trx, {
      id,
      org_id: actor.orgId,
      occurred_at: instant(ctx),
      asker,
      actor_kind: actor.kind,
      actor_id: actor.id,
      purpose,
      source: kind,
      subject: registryIndex(ctx.vault, actor.orgId, query.nik),
      outcome,
      charged: kind !== 'imported' && outcome === 'found' ? 1 : 0,
      ms,
    });
    await recordAudit(ctx, trx, actor, {
      event: 'registry.asked',
      objectId: id,
      ...(customerId === undefined ? {} : { customerId }),
      detail: { source: kind, purpose, outcome, asker },
    });
  });
}
