/**
 * Captures that go to the hub on a disk instead of a line. Out: one file, each capture sealed to the hub's key as on the
 * line, the list signed by the desk. In: each is taken in as always, so that the same file twice changes nothing. Back: an
 * acknowledgement signed by the hub, which ends the waiting at the desk. msgpack; nobody else can read what is inside.
 */
import { decode, encode } from '@msgpack/msgpack';
import { Type, type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { DeskDeliverySchema } from '../../contract/api/captures.ts';
import type { DeskDelivery } from '../../contract/desk/delivery.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { readNoteKey } from '../../core/audit/checkpoint.ts';
import { organisationOfDesk, findDesk } from '../../store/repositories/desks.ts';
import { canonicalBytes } from '../../vault/bundle-signing.ts';
import { verifyEd25519Bytes } from '../../vault/ed25519.ts';
import { sha256 } from '../../vault/random.ts';
import type { DeskIdentity } from '../../vault/vault.ts';
import { instant, type Actor, type ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';
import { receiveEnvelope } from './receive-envelope.ts';

const closed = { additionalProperties: false } as const;
const Bytes = Type.Unsafe<Uint8Array>(Type.Any());
const ExportSchema = Type.Object(
  {
    format: Type.Literal('loket-outbox/1'),
    deskId: Type.String({ maxLength: 64 }),
    madeAt: Type.String({ maxLength: 40 }),
    items: Type.Array(Type.Object({ nonce: Type.String({ maxLength: 64 }), envelope: Bytes }, closed), {
      maxItems: 100_000,
    }),
    signature: Type.String({ maxLength: 100 }),
  },
  closed,
);
const AnswerSchema = Type.Object(
  {
    nonce: Type.String({ maxLength: 64 }),
    delivery: Type.Union([DeskDeliverySchema, Type.Null()]),
    refusal: Type.Union([Type.String({ maxLength: 60 }), Type.Null()]),
  },
  closed,
);
const AcknowledgementSchema = Type.Object(
  {
    format: Type.Literal('loket-outbox-ack/1'),
    deskId: Type.String({ maxLength: 64 }),
    madeAt: Type.String({ maxLength: 40 }),
    answers: Type.Array(AnswerSchema, { maxItems: 100_000 }),
    signature: Type.String({ maxLength: 100 }),
  },
  closed,
);
export interface DiskAnswer {
  readonly nonce: string;
  /** Null: refused, `refusal` says why. */
  readonly delivery: DeskDelivery | null;
  readonly refusal: string | null;
}

interface Listed {
  readonly format: string;
  readonly deskId: string;
  readonly madeAt: string;
}

function exportBytes(head: Listed, items: readonly { nonce: string; envelope: Uint8Array }[]): Uint8Array {
  return canonicalBytes({ ...head, items: items.map(({ nonce, envelope }) => [nonce, sha256(envelope)]) });
}

/** The file a desk writes. */
export function writeExport(
  desk: Pick<DeskIdentity, 'id' | 'sign'>,
  madeAt: string,
  items: readonly { readonly nonce: string; readonly envelope: Uint8Array }[],
): Uint8Array {
  const head = { format: 'loket-outbox/1', deskId: desk.id, madeAt } as const;
  return encode({ ...head, items, signature: desk.sign(exportBytes(head, items)) });
}

/**
 * Takes a desk's file in and answers the acknowledgement file. Errors: `payload_unreadable`, `forbidden` (desk not enrolled),
 * `signature_invalid`. A capture the hub refuses is an answer, not a failure; one it cannot take now ends the import with
 * `unavailable`: the same file is imported again later.
 */
export async function importFromDisk(
  ctx: ServiceContext,
  file: Uint8Array,
): Promise<Result<{ readonly acknowledgement: Uint8Array; readonly answers: readonly DiskAnswer[] }>> {
  const parsed = read<Static<typeof ExportSchema>>(file, ExportSchema);
  if (parsed === null || !parsed.items.every(({ envelope }) => envelope instanceof Uint8Array))
    return fail('payload_unreadable', 'this file is no export of an outbox');
  const { deskId, items, signature, format, madeAt } = parsed;
  const orgId = await organisationOfDesk(ctx.store.db, deskId);
  const desk = orgId === null ? null : await findDesk(ctx.store.db, orgId, deskId);
  if (orgId === null || desk === null || desk.status !== 'active')
    return fail('forbidden', 'the desk of this file is not enrolled here');
  if (!verifyEd25519Bytes(exportBytes({ format, deskId, madeAt }, items), signature, desk.public_key))
    return fail('signature_invalid', 'the file is not signed by its desk, or was changed');
  const answers: DiskAnswer[] = [];
  for (const { nonce, envelope } of items) {
    const taken = await receiveEnvelope(ctx, { orgId, deskId, nonce, bytes: envelope });
    if (!taken.ok && taken.error.code === 'unavailable') return taken;
    answers.push(
      taken.ok ? { nonce, delivery: taken.value, refusal: null } : { nonce, delivery: null, refusal: taken.error.code },
    );
  }
  const actor: Actor = { kind: 'desk', id: deskId, orgId };
  await ctx.store.transaction((trx) =>
    recordAudit(ctx, trx, actor, {
      event: 'bundle.imported',
      objectId: deskId,
      detail: { captures: answers.length, refused: answers.filter(({ delivery }) => delivery === null).length },
    }),
  );
  return ok({ acknowledgement: writeAcknowledgement(ctx, deskId, answers), answers });
}

function writeAcknowledgement(ctx: ServiceContext, deskId: string, answers: readonly DiskAnswer[]): Uint8Array {
  const body = { format: 'loket-outbox-ack/1', deskId, madeAt: instant(ctx), answers } as const;
  return encode({ ...body, signature: ctx.vault.desk.sign(canonicalBytes(body)) });
}

/** Reads the hub's acknowledgement at the desk. `hubKey`: verifier key kept since enrolment. */
export function readAcknowledgement(file: Uint8Array, deskId: string, hubKey: string): Result<readonly DiskAnswer[]> {
  const parsed = read<Static<typeof AcknowledgementSchema>>(file, AcknowledgementSchema);
  if (parsed === null) return fail('payload_unreadable', 'this file is no acknowledgement of a hub');
  const key = readNoteKey(hubKey);
  const { signature, ...body } = parsed;
  const publicKey = Buffer.from(key?.publicKey ?? []).toString('base64url');
  if (!verifyEd25519Bytes(canonicalBytes(body), signature, publicKey))
    return fail('signature_invalid', 'the acknowledgement is not signed by the hub of this desk');
  if (body.deskId !== deskId) return fail('forbidden', 'the acknowledgement is for another desk');
  return ok(body.answers as unknown as readonly DiskAnswer[]);
}

function read<T>(file: Uint8Array, schema: TSchema): T | null {
  try {
    const value: unknown = decode(file);
    return Value.Check(schema, value) ? (value as T) : null;
  } catch {
    return null;
  }
}
