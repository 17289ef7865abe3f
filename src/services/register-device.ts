/** A customer's own device gets its key (api-facts: devices/register): a secret we provision once, or its public key. */
import { fail, ok, type Result } from '../contract/result.ts';
import type { Platform } from '../contract/vocabulary.ts';
import { findCustomer } from '../store/repositories/customers.ts';
import { insertDeviceKey } from '../store/repositories/device-keys.ts';
import { randomToken } from '../vault/random.ts';
import { instant, type Actor, type ServiceContext } from './context.ts';
import { recordAudit } from './record-audit.ts';
import { undoable } from './undoable.ts';

export interface NewDevice {
  readonly customerId: string;
  readonly platform: Platform;
  readonly name?: string | undefined;
  /** base64url raw Ed25519. Without it a secret is provisioned. */
  readonly publicKey?: string | undefined;
}

export interface RegisteredDevice {
  readonly id: string;
  readonly customerId: string;
  readonly platform: Platform;
  readonly signatureAlg: 'hmac-sha256' | 'ed25519';
  /** Shown once. */
  readonly secret: string | null;
  readonly active: true;
  readonly createdAt: string;
}

export const deviceSecretContext = (deviceId: string): string => `device:${deviceId}`;

/** Errors: `not_found`, `customer_archived`. */
export async function registerDevice(
  ctx: ServiceContext,
  actor: Actor,
  input: NewDevice,
): Promise<Result<RegisteredDevice>> {
  return undoable(ctx, async (trx) => {
    const customer = await findCustomer(trx, actor.orgId, input.customerId);
    if (customer === null) return fail('not_found', 'customer not found');
    if (customer.status !== 'active') return fail('customer_archived', 'the customer is archived or restricted');
    const id = ctx.ids.next('dev');
    const now = instant(ctx);
    const secret = input.publicKey === undefined ? `qe_dsk_${randomToken(32)}` : null;
    await insertDeviceKey(trx, {
      id,
      org_id: actor.orgId,
      customer_id: customer.id,
      platform: input.platform,
      name: input.name ?? null,
      public_key: input.publicKey ?? null,
      secret_sealed:
        secret === null ? null : ctx.vault.sealSecret(new TextEncoder().encode(secret), deviceSecretContext(id)),
      active: 1,
      created_at: now,
      ended_at: null,
      end_reason: null,
    });
    const signatureAlg = secret === null ? 'ed25519' : 'hmac-sha256';
    await recordAudit(ctx, trx, actor, {
      event: 'device.registered',
      customerId: customer.id,
      objectId: id,
      detail: { platform: input.platform, signatureAlg },
    });
    return ok({
      id,
      customerId: customer.id,
      platform: input.platform,
      signatureAlg,
      secret,
      active: true as const,
      createdAt: now,
    });
  });
}
