/** What a desk gets when it enrols: a certificate to connect with, and the hub's public keys. */
import { writeNoteKey } from '../../core/audit/checkpoint.ts';
import {
  findDeskCertificate,
  insertDeskCertificate,
  type DeskCertificateRow,
} from '../../store/repositories/desk-uploads.ts';
import type { Db } from '../../store/repositories/types.ts';
import { certificateFingerprint, issueCertificate } from '../../vault/certificates.ts';
import { cosignerKey } from '../../vault/signed-note.ts';
import { logName } from '../audit/checkpoints.ts';
import { dayMs, instant, plusMs, type ServiceContext } from '../context.ts';
import { hubIdentity } from './hub-identity.ts';

const certificateDays = 825;

export interface DeskLink {
  /** PEM: for this desk's TLS key. */
  readonly certificate: string;
  /** PEM: who issued it, and the hub's own certificate where it has no other. */
  readonly authority: string;
  /** base64url X25519: captures are sealed to it on their way. */
  readonly transportKey: string;
  /** C2SP verifier key of the hub's cosignatures. */
  readonly hubKey: string;
}

export interface Certified {
  readonly link: DeskLink;
  readonly issuedAt: string;
  readonly expiresAt: string;
}

export async function certifyDesk(ctx: ServiceContext, deskId: string, tlsPublicKey: string): Promise<Certified> {
  const hub = await hubIdentity(ctx);
  const issuedAt = instant(ctx);
  const expiresAt = plusMs(issuedAt, certificateDays * dayMs);
  // A desk's clock may lag a little: valid from an hour ago.
  const period = { from: new Date(Date.parse(issuedAt) - 3_600_000), until: new Date(expiresAt) };
  const certificate = await issueCertificate(hub.authority, { commonName: deskId, publicKey: tlsPublicKey }, period);
  const { desk } = ctx.vault;
  return {
    link: {
      certificate,
      authority: hub.authority.certificate,
      transportKey: hub.transportKey,
      hubKey: writeNoteKey(cosignerKey(logName(desk.id), desk.publicKey)),
    },
    issuedAt,
    expiresAt,
  };
}

export async function keepCertificate(trx: Db, orgId: string, deskId: string, certified: Certified): Promise<void> {
  await insertDeskCertificate(trx, {
    fingerprint: certificateFingerprint(certified.link.certificate) ?? '',
    org_id: orgId,
    desk_id: deskId,
    issued_at: certified.issuedAt,
    expires_at: certified.expiresAt,
    revoked_at: null,
  });
}

/** Whose certificate this is, while it counts. */
export async function deskOfCertificate(ctx: ServiceContext, fingerprint: string): Promise<DeskCertificateRow | null> {
  return findDeskCertificate(ctx.store.db, fingerprint, instant(ctx));
}
