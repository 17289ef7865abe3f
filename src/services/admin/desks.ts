/**
 * Desks of an organisation: an admin makes a one-time code, the desk answers it with its public key and a signature that
 * proves it holds the private one. A revoked desk stays revoked; its installation enrols again with a new key.
 */
import { fail, ok, type Result } from '../../contract/result.ts';
import {
  findDesk,
  insertDesk,
  insertDeskEnrolment,
  listDesks as listRows,
  organisationOfDesk,
  revokeDesk as revokeRow,
  takeDeskEnrolment,
  type DeskRow,
} from '../../store/repositories/desks.ts';
import { findOrganisation } from '../../store/repositories/organisations.ts';
import type { ListPart, Slice } from '../../store/repositories/types.ts';
import { isUniqueViolation } from '../../store/store-error.ts';
import { verifyEd25519Bytes } from '../../vault/ed25519.ts';
import { randomInt, sha256 } from '../../vault/random.ts';
import { instant, minuteMs, plusMs, type Actor, type ServiceContext } from '../context.ts';
import { certifyDesk, keepCertificate, type DeskLink } from '../desk-delivery/certify-desk.ts';
import { recordAudit } from '../record-audit.ts';
import { undoable } from '../undoable.ts';

const codeLifetimeMs = 60 * minuteMs;
/** Crockford's base 32: no I, L, O, U to misread. Sixteen of them are 80 bits. */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export interface DeskRecord {
  readonly id: string;
  readonly name: string;
  readonly publicKey: string;
  readonly status: 'active' | 'revoked';
  readonly createdAt: string;
  readonly revokedAt: string | null;
}

function view(row: DeskRow): DeskRecord {
  return {
    id: row.id,
    name: row.name,
    publicKey: row.public_key,
    status: row.status,
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
  };
}

/** As people type it: without case and dashes, and with the usual misreadings mended. */
function plainCode(code: string): string {
  return code.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
}

/** The bytes a desk signs to enrol; with the key of its TLS certificate where it asks for one. */
export function deskEnrolmentBytes(code: string, deskId: string, publicKey: string, tlsPublicKey?: string): Uint8Array {
  const lines = ['loket-desk-enrolment/v1', plainCode(code), deskId, publicKey];
  return new TextEncoder().encode([...lines, ...(tlsPublicKey === undefined ? [] : [tlsPublicKey])].join('\n'));
}

/** The code is answered once; only its hash is kept, for an hour. */
export async function issueDeskCode(
  ctx: ServiceContext,
  actor: Actor,
  name: string,
): Promise<{ readonly code: string; readonly name: string; readonly expiresAt: string }> {
  const plain = Array.from({ length: 16 }, () => letters[randomInt(letters.length)]).join('');
  const now = instant(ctx);
  const expiresAt = plusMs(now, codeLifetimeMs);
  await ctx.store.transaction(async (trx) => {
    await insertDeskEnrolment(trx, {
      code_hash: sha256(plain),
      org_id: actor.orgId,
      name: name.trim(),
      created_by: actor.id ?? '',
      created_at: now,
      expires_at: expiresAt,
      used_at: null,
      desk_id: null,
    });
    await recordAudit(ctx, trx, actor, { event: 'desk.code_issued', detail: { expiresAt } });
  });
  return { code: (plain.match(/.{4}/g) ?? []).join('-'), name: name.trim(), expiresAt };
}

export interface EnrolledDesk {
  readonly desk: DeskRecord;
  readonly organisation: { readonly id: string; readonly name: string; readonly branch: string };
  /** For a desk that asked for a certificate. */
  readonly link?: DeskLink;
}

export interface EnrolInput {
  readonly code: string;
  readonly deskId: string;
  readonly publicKey: string;
  readonly signature: string;
  /** base64url raw Ed25519: a certificate for mutual TLS is issued for it. */
  readonly tlsPublicKey?: string | undefined;
}

/** Errors: `signature_invalid`, `enrolment_code_invalid` (unknown, expired, used), `desk_exists`. */
export async function enrolDesk(ctx: ServiceContext, input: EnrolInput): Promise<Result<EnrolledDesk>> {
  const { code, deskId, publicKey, signature, tlsPublicKey } = input;
  if (!verifyEd25519Bytes(deskEnrolmentBytes(code, deskId, publicKey, tlsPublicKey), signature, publicKey))
    return fail('signature_invalid', 'the signature does not fit the key');
  const now = instant(ctx);
  const certified = tlsPublicKey === undefined ? null : await certifyDesk(ctx, deskId, tlsPublicKey);
  try {
    return await undoable(ctx, async (trx) => {
      const enrolment = await takeDeskEnrolment(trx, sha256(plainCode(code)), deskId, now);
      const organisation = enrolment === null ? null : await findOrganisation(trx, enrolment.org_id);
      if (enrolment === null || organisation === null)
        return fail('enrolment_code_invalid', 'this code is unknown, expired or used');
      if ((await organisationOfDesk(trx, deskId)) !== null) return fail('desk_exists', 'this desk is enrolled already');
      const row: DeskRow = {
        id: deskId,
        org_id: organisation.id,
        name: enrolment.name,
        public_key: publicKey,
        status: 'active',
        last_counter: 0,
        created_at: now,
        revoked_at: null,
        branch: null,
        revoke_reason: null,
      };
      await insertDesk(trx, row);
      const actor: Actor = { kind: 'desk', id: deskId, orgId: organisation.id };
      await recordAudit(ctx, trx, actor, {
        event: 'desk.enrolled',
        objectId: deskId,
        detail: { codeFrom: enrolment.created_by },
      });
      const { id, name, branch } = organisation;
      if (certified !== null) await keepCertificate(trx, organisation.id, deskId, certified);
      const link = certified === null ? {} : { link: certified.link };
      return ok({ desk: view(row), organisation: { id, name, branch }, ...link });
    });
  } catch (error) {
    if (isUniqueViolation(error)) return fail('desk_exists', 'this desk or its key is enrolled already');
    throw error;
  }
}

export async function listDesks(ctx: ServiceContext, actor: Actor, slice: Slice): Promise<ListPart<DeskRecord>> {
  const part = await listRows(ctx.store.db, actor.orgId, slice);
  return { ...part, rows: part.rows.map(view) };
}

/** Nothing it signs counts from now on. Errors: `not_found`, `already_revoked`. */
export async function revokeDesk(
  ctx: ServiceContext,
  actor: Actor,
  id: string,
  reason: string | null = null,
): Promise<Result<DeskRecord>> {
  return undoable(ctx, async (trx) => {
    if ((await findDesk(trx, actor.orgId, id)) === null) return fail('not_found', 'desk not found');
    if (!(await revokeRow(trx, actor.orgId, id, instant(ctx), reason)))
      return fail('already_revoked', 'this desk is revoked already');
    await recordAudit(ctx, trx, actor, { event: 'desk.revoked', objectId: id });
    const row = await findDesk(trx, actor.orgId, id);
    return row === null ? fail('not_found', 'desk not found') : ok(view(row));
  });
}
