/** Head office publishes settings for its desks: checked, numbered, signed, and kept as signed. */
import { Errors, Check } from 'typebox/value';
import {
  FleetSettingsFileSchema,
  type FleetRules,
  type FleetSettings,
  type FleetSettingsFile,
  type FleetTarget,
} from '../../contract/fleet.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { findDesk } from '../../store/repositories/desks.ts';
import {
  insertFleetSettings,
  lastSettingsVersion,
  listFleetSettings,
  type FleetSettingsRow,
} from '../../store/repositories/fleet.ts';
import type { Db } from '../../store/repositories/types.ts';
import { policyProblem } from '../admin/settings.ts';
import { instant, type Actor, type ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';
import { undoable } from '../undoable.ts';
import { fleetKey } from './fleet-key.ts';

export interface PublishedSettings {
  readonly version: number;
  readonly target: FleetTarget;
  readonly validFrom: string;
  readonly expiresAt: string;
  readonly publishedAt: string;
  readonly publishedBy: string | null;
  readonly rules: FleetRules;
}

const shownIssues = 50;

/** `file`: as an administrator wrote it. Errors: `validation_failed` with the place in the file, `not_found` (the desk). */
export async function publishSettings(
  ctx: ServiceContext,
  actor: Actor,
  file: unknown,
): Promise<Result<PublishedSettings>> {
  const wanted = readFile(file, instant(ctx));
  if (!wanted.ok) return wanted;
  const key = await fleetKey(ctx);
  return undoable(ctx, async (trx) => {
    const target = await targetOf(trx, actor, wanted.value);
    if (!target.ok) return target;
    const publishedAt = instant(ctx);
    const settings: FleetSettings = {
      kind: 'loket-fleet-settings',
      layout: 1,
      orgId: actor.orgId,
      version: (await lastSettingsVersion(trx, actor.orgId)) + 1,
      target: target.value,
      validFrom: wanted.value.validFrom ?? publishedAt,
      expiresAt: wanted.value.expiresAt,
      publishedAt,
      rules: wanted.value.rules,
    };
    const row: FleetSettingsRow = {
      org_id: actor.orgId,
      version: settings.version,
      branch: settings.target.branch,
      desk_id: settings.target.deskId,
      valid_from: settings.validFrom,
      expires_at: settings.expiresAt,
      ...key.sign(settings),
      published_at: publishedAt,
      published_by: actor.id,
    };
    await insertFleetSettings(trx, row);
    await recordAudit(ctx, trx, actor, {
      event: 'fleet.settings_published',
      detail: {
        version: settings.version,
        deskId: settings.target.deskId,
        expiresAt: settings.expiresAt,
        keys: Object.keys(settings.rules),
      },
    });
    return ok(view(row));
  });
}

function readFile(file: unknown, now: string): Result<FleetSettingsFile> {
  const refuse = (field: string, why: string): Result<never> =>
    fail('validation_failed', `the settings are wrong at ${field}: ${why}`, { fieldErrors: { [field]: [why] } });
  if (!Check(FleetSettingsFileSchema, file)) {
    const [first] = Errors(FleetSettingsFileSchema, file);
    return refuse(first?.instancePath || '/', first?.message ?? 'not valid');
  }
  if (file.branch !== undefined && file.desk !== undefined) return refuse('/desk', 'a branch or a desk, not both');
  if (file.expiresAt <= now) return refuse('/expiresAt', 'has passed already');
  if (file.validFrom !== undefined && file.validFrom >= file.expiresAt)
    return refuse('/validFrom', 'must be before expiresAt');
  const problem = policyProblem(file.rules.policy ?? {});
  return problem === null ? ok(file) : refuse(`/rules/policy/${problem.field.replaceAll('.', '/')}`, problem.why);
}

async function targetOf(trx: Db, actor: Actor, file: FleetSettingsFile): Promise<Result<FleetTarget>> {
  if (file.desk !== undefined && (await findDesk(trx, actor.orgId, file.desk)) === null)
    return fail('not_found', 'there is no such desk');
  return ok({ branch: file.branch ?? null, deskId: file.desk ?? null });
}

/** The last issues, newest first. */
export async function publishedSettings(ctx: ServiceContext, actor: Actor): Promise<readonly PublishedSettings[]> {
  return (await listFleetSettings(ctx.store.db, actor.orgId, shownIssues)).map(view);
}

function view(row: FleetSettingsRow): PublishedSettings {
  return {
    version: Number(row.version),
    target: { branch: row.branch, deskId: row.desk_id },
    validFrom: row.valid_from,
    expiresAt: row.expires_at,
    publishedAt: row.published_at,
    publishedBy: row.published_by,
    rules: (JSON.parse(row.text) as FleetSettings).rules,
  };
}
