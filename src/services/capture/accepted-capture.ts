/** A capture that passed every check before pixels are looked at: customer, challenge, signature, simulation. */
import type { CaptureBundle } from '../../contract/bundle.ts';
import type { FlashSequence } from '../../contract/facts.ts';
import type { Reason } from '../../contract/reasons.ts';
import type { CaptureKind } from '../../contract/vocabulary.ts';
import type { CaptureRow } from '../../store/repositories/captures.ts';
import type { ChallengeRow } from '../../store/repositories/challenges.ts';
import type { CustomerRow } from '../../store/repositories/customers.ts';
import type { Organisation } from '../../store/repositories/organisations.ts';
import type { NewCustomer } from '../create-customer.ts';
import type { ForcedOutcome } from './forced-outcome.ts';

export interface AcceptedCapture {
  readonly kind: CaptureKind;
  readonly organisation: Organisation;
  readonly customer: CustomerRow;
  /** Set when a desk met this person first: `customer` is then what will be written with the capture. */
  readonly newCustomer?: NewCustomer;
  /** The customer's data key, wrapped. */
  readonly wrappedKey: Uint8Array;
  readonly bundle: CaptureBundle;
  /** `flashChallengeNonce`, or the bundle's hash: its identity everywhere. */
  readonly nonce: string;
  readonly bundleHash: string;
  readonly signatureAlg: 'hmac-sha256' | 'ed25519';
  readonly deskId: string | null;
  readonly deviceId: string | null;
  readonly simulated: boolean;
  /** A registered desk or device signed it. */
  readonly attested: boolean;
  /** What was on the screen; absent when there was no challenge. */
  readonly flash?: FlashSequence;
  /** The challenge we issued; null when a desk issued its own, or there was none. */
  readonly challenge: ChallengeRow | null;
  /** The capture this bundle made before under another check (liveness, then match). */
  readonly earlier: CaptureRow | null;
  /** Sandbox only: the verdict the caller asked for instead of what the checks say. */
  readonly forcedOutcome?: ForcedOutcome;
  readonly operatorId: string | null;
  /** Whoever served in the session before it was handed over to him. */
  readonly earlierOperators?: readonly string[];
  /** Why a person should look although every gate may pass. */
  readonly doubts: readonly Reason[];
}
