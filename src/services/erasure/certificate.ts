/** The certificate of an erasure: what was destroyed, signed by this installation over its canonical JSON (RFC 8785, RFC 8032). */
import type { ErasureCertificate, ErasureEffects } from '../../contract/api/erasure.ts';
import { auditHead } from '../../store/audit-log.ts';
import type { ErasureRow } from '../../store/repositories/erasures.ts';
import type { Db } from '../../store/repositories/types.ts';
import { canonicalBytes } from '../../vault/bundle-signing.ts';
import { verifyEd25519Bytes } from '../../vault/ed25519.ts';
import { sha256 } from '../../vault/random.ts';
import type { ServiceContext } from '../context.ts';

/** What outlives the customer: it names nobody. */
const preserved = ['verifications', 'tier_events', 'audit_log', 'review_decisions', 'consents', 'webhook_deliveries'];

export interface SignedCertificate {
  readonly certificate: ErasureCertificate;
  /** Canonical JSON: exactly the signed text. */
  readonly text: string;
  readonly signature: string;
  /** SHA-256 (hex) of the signed text, for the audit row. */
  readonly hash: string;
}

export async function certify(
  ctx: ServiceContext,
  trx: Db,
  erasure: Pick<ErasureRow, 'id' | 'org_id' | 'customer_id' | 'reason' | 'requested_by' | 'requested_at'>,
  erasedAt: string,
  effects: ErasureEffects,
): Promise<SignedCertificate> {
  const { desk, installationId } = ctx.vault;
  const certificate: ErasureCertificate = {
    version: '1.0',
    id: erasure.id,
    organisationId: erasure.org_id,
    customerId: erasure.customer_id,
    subject: ctx.vault.subjectId(erasure.org_id, erasure.customer_id),
    reason: erasure.reason,
    requestedBy: erasure.requested_by,
    requestedAt: erasure.requested_at,
    erasedAt,
    method: 'crypto-shredding',
    law: 'UU 27/2022 art. 8, 16',
    effects,
    preserved,
    audit: await auditHead(trx),
    issuer: { installationId, keyId: desk.id, publicKey: desk.publicKey },
  };
  const bytes = canonicalBytes(certificate);
  return { certificate, text: new TextDecoder().decode(bytes), signature: desk.sign(bytes), hash: sha256(bytes) };
}

/** True when this very certificate was signed by this key. */
export function certificateHolds(certificate: ErasureCertificate, signature: string, publicKey: string): boolean {
  return verifyEd25519Bytes(canonicalBytes(certificate), signature, publicKey);
}
