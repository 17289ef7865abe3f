/** Passkeys at the station (WebAuthn L3, JSON forms): what the page passes to `navigator.credentials`, and what it gets back. */
import { Type, type Static } from 'typebox';
import { oneOf } from '../vocabulary.ts';
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

/** One ceremony handed to a page of the origin passkeys are registered for. */
export const PasskeyRequestSchema = Type.Object(
  {
    kind: oneOf(['create', 'get']),
    options: Type.Record(Type.String(), Type.Unknown()),
    language: oneOf(['id', 'en']),
  },
  { additionalProperties: false },
);
export type PasskeyRequest = Static<typeof PasskeyRequestSchema>;
