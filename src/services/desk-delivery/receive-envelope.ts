/** The hub opens an envelope a desk sent, by whatever way it came, and takes the capture in as always. */
import type { DeskDelivery } from '../../contract/desk/delivery.ts';
import { fail, type Result } from '../../contract/result.ts';
import { SealBroken } from '../../vault/sealing.ts';
import { openFromTransit } from '../../vault/transit.ts';
import type { ServiceContext } from '../context.ts';
import { ingestDeskCapture } from '../ingest-desk-capture.ts';
import { findHubIdentity } from './hub-identity.ts';
import { decodeTransit, transitAbout } from './transit-payload.ts';

export interface Envelope {
  readonly orgId: string;
  readonly deskId: string;
  readonly nonce: string;
  readonly bytes: Uint8Array;
}

/** Errors: `seal_broken` and `payload_unreadable` (final), and those of `ingestDeskCapture`. */
export async function receiveEnvelope(ctx: ServiceContext, envelope: Envelope): Promise<Result<DeskDelivery>> {
  const { orgId, deskId, nonce } = envelope;
  const hub = await findHubIdentity(ctx);
  if (hub === null) return fail('forbidden', 'no desk was enrolled with this hub yet');
  let plain: Uint8Array;
  try {
    plain = await openFromTransit(hub.transportPrivateKey, envelope.bytes, transitAbout(deskId, nonce));
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
    return fail('payload_unreadable', 'the envelope does not open: it was sealed for another hub, or was changed');
  }
  const capture = decodeTransit(plain);
  if (capture === null || capture.nonce !== nonce)
    return fail('payload_unreadable', 'the envelope holds no capture this program knows');
  return ingestDeskCapture(ctx, { orgId, deskId, capture });
}
