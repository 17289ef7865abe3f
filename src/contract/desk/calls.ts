/**
 * Everything the station may ask of the desk: one table of calls, each with its parameter schema and who may call it.
 * Both shells check sender, session and schema against this table; the preload bridge is generated from it.
 */
import { Type, type Static } from 'typebox';
import { exceptionGrounds, CameraIdentitySchema, PromptWindowSchema, SignatureInputSchema } from '../bundle.ts';
import { KtpFieldsSchema, challengePurposes, oneOf, promptKinds } from '../vocabulary.ts';
import { adminCalls } from './admin-calls.ts';
import type * as Answers from './answers.ts';
import { bytesUpTo, call, closed, Email, Id, NewPassword, Nothing, Password, PersonName } from './call.ts';
import { counterCalls, type CustomerConsent, type CustomerScreen } from './counter-calls.ts';
import { AuthFinishBody, RegisterFinishBody } from '../api/webauthn.ts';
import { DeskSettingsSchema, type DevicesView } from './devices.ts';
import type { JobView } from './jobs.ts';
import { fleetCalls } from './fleet-calls.ts';
import { operationsCalls } from './operations-calls.ts';
import { outboxCalls } from './outbox.ts';
import type { PasskeyCeremony, PasskeyRequest, PasskeyRow, PasskeySignedIn } from './passkeys.ts';
import { watchedFaceCalls } from './watched-faces.ts';
import { customerCalls } from './customer-page.ts';
import { reviewDeskCalls } from './review-desk.ts';

const Nik = Type.String({ pattern: '^[0-9]{16}$' });
const Frame = bytesUpTo(8 * 1024 * 1024);

const counter = ['staff', 'supervisor'] as const;
const reviewers = ['supervisor', 'compliance'] as const;
const NewPerson = Type.Object({ fullName: PersonName, email: Email, password: NewPassword }, closed);

export const deskCalls = {
  'station.state': call<Answers.StationState>()(Nothing, 'public'),
  'setup.create': call<Answers.SetupDone>()(
    Type.Object(
      {
        organisation: Type.String({ minLength: 2, maxLength: 100 }),
        branch: Type.String({ minLength: 2, maxLength: 100 }),
        desk: Type.String({ minLength: 1, maxLength: 60 }),
        admin: NewPerson,
        staff: NewPerson,
        supervisor: NewPerson,
      },
      closed,
    ),
    'public',
  ),
  'auth.signIn': call<Answers.SignedIn>()(Type.Object({ email: Email, password: Password }, closed), 'public'),
  'auth.signOut': call<Record<string, never>>()(Nothing, 'signed-in'),
  /** After `auth.signIn` answered `passkey_required`: the second step, for the same address and password. */
  'auth.passkeyBegin': call<PasskeyCeremony>()(Type.Object({ email: Email, password: Password }, closed), 'public'),
  'auth.passkeyFinish': call<PasskeySignedIn>()(AuthFinishBody, 'public'),
  'auth.passkeys': call<readonly PasskeyRow[]>()(Nothing, 'signed-in'),
  /** Registering asks for the password again. */
  'auth.registerBegin': call<PasskeyCeremony>()(Type.Object({ password: Password }, closed), 'signed-in'),
  'auth.registerFinish': call<readonly PasskeyRow[]>()(RegisterFinishBody, 'signed-in'),
  /** Proves the person once more: a review decision without a password spends the proof. */
  'auth.proveBegin': call<PasskeyCeremony>()(Nothing, 'signed-in'),
  'auth.proveFinish': call<{ readonly at: string }>()(AuthFinishBody, 'signed-in'),

  'onboarding.current': call<Answers.OnboardingView | null>()(Nothing, counter),
  'onboarding.start': call<Answers.OnboardingView>()(
    Type.Object({ purpose: oneOf(['open_account', 'update_data', 'other']), language: oneOf(['id', 'en']) }, closed),
    counter,
  ),
  'onboarding.consent': call<Answers.OnboardingView>()(
    Type.Object(
      {
        version: Type.String({ maxLength: 32 }),
        purposes: Type.Array(Type.String({ maxLength: 40 }), { maxItems: 10 }),
        signature: SignatureInputSchema,
      },
      closed,
    ),
    counter,
  ),
  'onboarding.lookup': call<Answers.LookupAnswer>()(Type.Object({ nik: Nik }, closed), counter),
  'onboarding.challenge': call<Answers.ChallengeView>()(
    Type.Object({ purpose: oneOf(challengePurposes) }, closed),
    counter,
  ),
  'onboarding.submitCard': call<Answers.OnboardingView>()(
    Type.Object(
      {
        frames: Type.Array(Frame, { minItems: 1, maxItems: 12 }),
        frameTimesMs: Type.Optional(Type.Array(Type.Number({ minimum: 0 }), { maxItems: 12 })),
        nonce: Type.Optional(Type.String({ maxLength: 64 })),
        camera: CameraIdentitySchema,
      },
      closed,
    ),
    counter,
  ),
  /** Fields typed by hand when nothing could be read. */
  'onboarding.typeCard': call<Answers.OnboardingView>()(Nothing, counter),
  'onboarding.confirmFields': call<Answers.OnboardingView>()(Type.Object({ fields: KtpFieldsSchema }, closed), counter),
  'onboarding.submitSelfie': call<Answers.OnboardingView>()(
    Type.Object(
      {
        frames: Type.Array(Frame, { minItems: 1, maxItems: 60 }),
        frameTimesMs: Type.Array(Type.Number({ minimum: 0 }), { maxItems: 60 }),
        nonce: Type.String({ maxLength: 64 }),
        prompts: Type.Array(PromptWindowSchema, { maxItems: 6 }),
        camera: CameraIdentitySchema,
      },
      closed,
    ),
    counter,
  ),
  /** Goes on without a usable selfie; a supervisor decides. */
  'onboarding.exception': call<Answers.OnboardingView>()(
    Type.Object({ ground: oneOf(exceptionGrounds) }, closed),
    counter,
  ),
  'onboarding.retake': call<Answers.OnboardingView>()(
    Type.Object({ step: oneOf(['card', 'selfie']) }, closed),
    counter,
  ),
  'onboarding.receipt': call<Answers.ReceiptAnswer>()(Nothing, counter),
  'onboarding.finish': call<Record<string, never>>()(Nothing, counter),
  'onboarding.cancel': call<Record<string, never>>()(Nothing, counter),

  'coach.card': call<Answers.CoachAnswer>()(Type.Object({ frame: Frame }, closed), counter),
  'coach.face': call<Answers.CoachAnswer>()(Type.Object({ frame: Frame }, closed), counter),

  /** Simulated camera (`--demo`, `--camera-file`): a frame as it would look under the light now on the screen. */
  'simulator.frame': call<Answers.SimulatedFrame>()(
    Type.Object(
      {
        scene: oneOf(['card', 'face']),
        /** Colour the screen shows now, `#RRGGBB`. */
        light: Type.String({ pattern: '^#[0-9A-Fa-f]{6}$' }),
        tMs: Type.Number({ minimum: 0 }),
        prompt: Type.Optional(oneOf(promptKinds)),
      },
      closed,
    ),
    counter,
  ),

  ...outboxCalls,

  'customers.search': call<Answers.CustomerRow[]>()(
    Type.Object({ q: Type.String({ minLength: 2, maxLength: 100 }) }, closed),
    'signed-in',
  ),
  'customers.get': call<Answers.CustomerView>()(Type.Object({ id: Id }, closed), 'signed-in'),

  'review.open': call<Answers.ReviewView>()(Type.Object({ id: Id }, closed), reviewers),
  'review.decide': call<Answers.ReviewView>()(
    Type.Object(
      {
        id: Id,
        decision: oneOf(['approve', 'reject', 'escalate']),
        reasonCode: Type.String({ minLength: 2, maxLength: 60 }),
        reason: Type.String({ minLength: 3, maxLength: 500 }),
        /** Left out, a proof by passkey (`auth.proveFinish`) of the last five minutes is spent instead. */
        password: Type.Optional(Password),
      },
      closed,
    ),
    reviewers,
  ),
  ...watchedFaceCalls,
  'operations.status': call<Answers.OperationsView>()(Nothing, 'signed-in'),

  'devices.status': call<DevicesView>()(Nothing, 'signed-in'),
  'devices.configure': call<DevicesView>()(Type.Object({ settings: DeskSettingsSchema }, closed), [
    'supervisor',
    'admin',
  ]),
  /** Where the simulated scanner is switched on: behaves as if a code had been held to it. */
  'devices.simulateScan': call<DevicesView>()(
    Type.Object({ text: Type.String({ minLength: 1, maxLength: 4000 }) }, closed),
    'signed-in',
  ),
  /** The card from the scanner's folder: the picture that waits there under this id. */
  'onboarding.useScan': call<Answers.OnboardingView>()(
    Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{12}$' }) }, closed),
    counter,
  ),
  /** The card from a file, where the desk's settings allow it. */
  'onboarding.useFile': call<Answers.OnboardingView>()(Type.Object({ file: Frame }, closed), counter),
  ...counterCalls,
  ...operationsCalls,
  ...adminCalls,
  ...fleetCalls,
  ...customerCalls,
  ...reviewDeskCalls,
} as const;

export type DeskCallName = keyof typeof deskCalls;
export type DeskParams<N extends DeskCallName> = Static<(typeof deskCalls)[N]['params']>;
export type DeskAnswer<N extends DeskCallName> = (typeof deskCalls)[N] extends { readonly answer?: infer R }
  ? Exclude<R, undefined>
  : never;
export const deskCallNames = Object.keys(deskCalls) as DeskCallName[];

/** What the desk tells the station unasked. */
export interface DeskEvents {
  'station.changed': Answers.StationState;
  'onboarding.changed': Answers.OnboardingView | null;
  'outbox.changed': Answers.OutboxView;
  'devices.changed': DevicesView;
  /** To the screen turned to the customer. */
  'customer.changed': CustomerScreen;
  /** To the staff's page: the customer has ticked or signed on his own screen. */
  'customer.agreed': CustomerConsent;
  /** To whoever started it; the self test to everybody. */
  'jobs.changed': JobView;
  /** Head office had the keys of this desk destroyed: to every page. */
  'station.wiped': null;
}
export type DeskEventName = keyof DeskEvents;
export const deskEventNames: readonly DeskEventName[] = [
  'station.changed',
  'onboarding.changed',
  'outbox.changed',
  'devices.changed',
  'customer.changed',
  'customer.agreed',
  'jobs.changed',
  'station.wiped',
];

/** The bridge as the page sees it, whichever shell carries it (`window.loket` in Electron). */
export interface DeskBridge {
  readonly shell: 'electron' | 'browser';
  /** Answers are results: an expected failure is a value, a thrown error is a bug or a lost connection. */
  call<N extends DeskCallName>(name: N, params: DeskParams<N>): Promise<import('../result.ts').Result<DeskAnswer<N>>>;
  on<E extends DeskEventName>(event: E, listener: (payload: DeskEvents[E]) => void): () => void;
  /** Where the page's own origin has no passkeys (`app://`): a ceremony elsewhere; null when it came to nothing. */
  passkey?(request: PasskeyRequest): Promise<object | null>;
}
