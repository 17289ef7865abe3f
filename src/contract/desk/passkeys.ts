/** Passkeys at the station (WebAuthn L3, JSON forms): what the page passes to `navigator.credentials`, and what it gets back. */
import type { Person, StationState } from './answers.ts';

/** For `navigator.credentials.create` or `.get`, by their `parse…FromJSON`. `challengeId` goes back with the answer. */
export interface PasskeyCeremony {
  readonly challengeId: string;
  readonly expiresAt: string;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface PasskeyRow {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
}

export interface PasskeySignedIn {
  readonly person: Person;
  readonly state: StationState;
}
