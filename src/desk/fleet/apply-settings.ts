/** Takes up an issue of the settings: policy, the note of what is held, and the audit row are one transaction, or nothing. */
import { FleetSettingsSchema, type Directive, type FleetProblemCode, type SignedText } from '../../contract/fleet.ts';
import { ok, fail, type Result } from '../../contract/result.ts';
import { settingsVerdict } from '../../core/fleet/acceptance.ts';
import { patchSettingsIn } from '../../services/admin/settings.ts';
import type { Actor, ServiceContext } from '../../services/context.ts';
import { instant } from '../../services/context.ts';
import { readHeld, writeHeld } from '../../services/fleet/held-settings.ts';
import { recordAudit } from '../../services/record-audit.ts';
import { undoable } from '../../services/undoable.ts';
import { sha256 } from '../../vault/random.ts';
import { openSignedText } from '../../vault/signed-text.ts';
import type { TrustedKey } from './believe.ts';

/** Null: in order, whether something was taken up or nothing was new. Else what keeps the old issue in force. */
export async function applySettings(
  ctx: ServiceContext,
  localOrgId: string,
  directive: Directive,
  signed: SignedText | null,
  key: TrustedKey,
  fault: (before: 'commit') => void = () => undefined,
): Promise<FleetProblemCode | null> {
  const held = await readHeld(ctx.store.db, 'fleet.settings');
  const named = directive.settings;
  if (named === null) return held !== null && held.expiresAt <= directive.issuedAt ? 'settings_lapsed' : null;
  const version = held?.version ?? 0;
  if (named.version === version) return null;
  if (named.version < version) return 'settings_rollback';
  // The directive says which issue is due: an older one, or none, beside it is somebody holding back.
  if (signed === null || sha256(signed.text) !== named.sha256) return 'settings_withheld';
  const settings = openSignedText(signed, key.publicKey, FleetSettingsSchema);
  if (settings === null) return 'settings_signature_invalid';
  const { orgId, deskId, branch } = directive;
  const verdict = settingsVerdict(settings, { orgId, deskId, branch, held: version }, directive.issuedAt);
  if (!verdict.take) return verdict.problem;
  const actor: Actor = { kind: 'system', id: null, orgId: localOrgId };
  const done = await undoable(ctx, async (trx): Promise<Result<true>> => {
    // Twice in one transaction would be twice in the log: another process may have been faster.
    if (((await readHeld(trx, 'fleet.settings'))?.version ?? 0) >= settings.version) return ok(true);
    const policy = settings.rules.policy ?? {};
    if (Object.keys(policy).length > 0) {
      const patched = await patchSettingsIn(ctx, trx, actor, policy, true);
      if (!patched.ok) return fail(patched.error.code, patched.error.message);
    }
    const { expiresAt } = settings;
    await writeHeld(trx, 'fleet.settings', { version: settings.version, appliedAt: instant(ctx), expiresAt, signed });
    await recordAudit(ctx, trx, actor, {
      event: 'fleet.settings_applied',
      detail: { version: settings.version, keys: Object.keys(settings.rules), keyGeneration: key.generation },
    });
    fault('commit');
    return ok(true);
  });
  return done.ok ? null : 'settings_invalid';
}
