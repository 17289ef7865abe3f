/** Policy as data: an organisation's settings, changed member by member and checked as a whole. */
import { Compile } from 'typebox/compile';
import { fail, ok, type Result } from '../../contract/result.ts';
import { defaultOrgSettings, OrgSettingsSchema, type OrgSettings } from '../../contract/settings.ts';
import { listAuditRows } from '../../store/repositories/audit-rows.ts';
import { findOrganisation, updateOrganisationSettings } from '../../store/repositories/organisations.ts';
import type { Db } from '../../store/repositories/types.ts';
import { instant, type Actor, type ServiceContext } from '../context.ts';
import { openingHoursOf } from '../../core/review/review-sla.ts';
import { managedByFleet, touches } from '../fleet/held-settings.ts';
import { recordAudit } from '../record-audit.ts';
import { undoable } from '../undoable.ts';

const settingsCheck = Compile(OrgSettingsSchema);

/** Nested members by name; a list is replaced as a whole; null takes a rate limit's override away. */
export type SettingsPatch = Readonly<Record<string, unknown>>;

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The merged settings and the dotted names of what differs now. */
function merge(
  held: Readonly<Record<string, unknown>>,
  patch: SettingsPatch,
  prefix = '',
): { readonly value: Record<string, unknown>; readonly changed: readonly string[] } {
  const value: Record<string, unknown> = { ...held };
  const changed: string[] = [];
  for (const [name, wanted] of Object.entries(patch)) {
    const before = held[name];
    if (isGroup(wanted) && isGroup(before)) {
      const inner = merge(before, wanted, `${prefix}${name}.`);
      value[name] = inner.value;
      changed.push(...inner.changed);
    } else if (wanted === null) {
      delete value[name];
      if (before !== undefined) changed.push(prefix + name);
    } else if (JSON.stringify(before) !== JSON.stringify(wanted)) {
      value[name] = wanted;
      changed.push(prefix + name);
    }
  }
  return { value, changed };
}

interface SettingsProblem {
  /** Dotted. */
  readonly field: string;
  readonly why: string;
}

const isSettings = (value: unknown): value is OrgSettings => settingsCheck.Check(value);

function problemOf(value: unknown): SettingsProblem | null {
  if (!isSettings(value)) {
    const first = settingsCheck.Errors(value)[0];
    const field = (first?.instancePath ?? '').slice(1).replaceAll('/', '.') || 'settings';
    return { field, why: first?.message ?? 'not valid' };
  }
  const { matchReview, matchLow } = value.thresholds;
  if (matchReview > matchLow) return { field: 'thresholds.matchReview', why: 'not above thresholds.matchLow' };
  const hours = openingHoursOf(value.review);
  return hours.closes <= hours.opens
    ? { field: 'review.openingHours.closes', why: 'not after review.openingHours.opens' }
    : null;
}

/** What is wrong with a patch by itself, laid over the documented defaults; null when nothing is. */
export function policyProblem(patch: SettingsPatch): SettingsProblem | null {
  return problemOf(merge(defaultOrgSettings as unknown as Record<string, unknown>, patch).value);
}

/** Errors: `not_found`. */
export async function getSettings(ctx: ServiceContext, actor: Actor): Promise<Result<OrgSettings>> {
  const organisation = await findOrganisation(ctx.store.db, actor.orgId);
  return organisation === null ? fail('not_found', 'organisation not found') : ok(organisation.settings);
}

/**
 * The audit row names what changed and to what: settings are policy, never personal data. Errors: `not_found`, `validation_failed`,
 * `settings_managed` (head office sets it at this desk).
 */
export async function patchSettings(
  ctx: ServiceContext,
  actor: Actor,
  patch: SettingsPatch,
): Promise<Result<OrgSettings>> {
  return undoable(ctx, (trx) => patchSettingsIn(ctx, trx, actor, patch));
}

/** The same inside a transaction that does more. `byFleet`: head office itself speaks. */
export async function patchSettingsIn(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  patch: SettingsPatch,
  byFleet = false,
): Promise<Result<OrgSettings>> {
  const organisation = await findOrganisation(trx, actor.orgId);
  if (organisation === null) return fail('not_found', 'organisation not found');
  const { value, changed } = merge(organisation.settings as unknown as Record<string, unknown>, patch);
  const managed = byFleet ? [] : await managedByFleet(trx);
  const theirs = changed.find((path) => touches(managed, path));
  if (theirs !== undefined)
    return fail('settings_managed', 'head office sets this for its desks', {
      fieldErrors: { [theirs]: ['set by head office'] },
    });
  const problem = problemOf(value);
  if (problem !== null)
    return fail('validation_failed', 'validation failed', { fieldErrors: { [problem.field]: [problem.why] } });
  if (!isSettings(value)) return fail('validation_failed', 'validation failed');
  if (ctx.blobs?.mayHold(value.dataResidency) === false)
    return fail('validation_failed', 'validation failed', {
      fieldErrors: { dataResidency: ['the storage of sealed frames does not lie there'] },
    });
  if (changed.length === 0) return ok(organisation.settings);
  await updateOrganisationSettings(trx, organisation.id, value, instant(ctx));
  const from = Object.fromEntries(changed.map((path) => [path, at(organisation.settings, path) ?? null]));
  const to = Object.fromEntries(changed.map((path) => [path, at(value, path) ?? null]));
  await recordAudit(ctx, trx, actor, {
    event: 'settings.changed',
    objectId: organisation.id,
    detail: { keys: changed, from, to },
  });
  return ok(value);
}

export interface SettingChange {
  readonly at: string;
  /** User id. */
  readonly by: string | null;
  /** null where there was none, or where the row is of an older form that does not tell. */
  readonly from: unknown;
  readonly to: unknown;
}

const changesRead = 500;

/** The last change of each setting by its dotted name, as the audit log has it. */
export async function settingChanges(
  ctx: ServiceContext,
  actor: Actor,
): Promise<Readonly<Record<string, SettingChange>>> {
  const slice = { by: 'page', page: 1, limit: changesRead } as const;
  const { rows } = await listAuditRows(
    ctx.store.db,
    actor.orgId,
    { event: 'settings.changed', objectId: actor.orgId },
    slice,
  );
  const changes: Record<string, SettingChange> = {};
  for (const row of rows) {
    const {
      keys = [],
      from = {},
      to = {},
    } = JSON.parse(row.detail) as {
      keys?: string[];
      from?: Record<string, unknown>;
      to?: Record<string, unknown>;
    };
    // Newest first: what is there already is later.
    for (const key of keys)
      changes[key] ??= { at: row.occurred_at, by: row.actor_id, from: from[key] ?? null, to: to[key] ?? null };
  }
  return changes;
}

function at(value: unknown, path: string): unknown {
  if (path === '') return value;
  // Names of rate limits carry dots themselves.
  const [head = '', ...rest] = path.startsWith('rateLimits.') ? ['rateLimits', path.slice(11)] : path.split('.');
  const inner = isGroup(value) ? value[head] : undefined;
  return rest.length === 0
    ? inner
    : isGroup(inner) && head === 'rateLimits'
      ? inner[rest[0] ?? '']
      : at(inner, rest.join('.'));
}
