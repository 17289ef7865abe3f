/** Calls of the counter beyond the straight way: who is on record, hand-over, the day's list, the customer's own screen. */
import { Type } from 'typebox';
import { SignatureInputSchema, type SignatureInput } from '../bundle.ts';
import type { Reason } from '../reasons.ts';
import { oneOf, promptKinds, riskLevels, type KycTier, type PromptKind } from '../vocabulary.ts';
import type { NikView, OnboardingStep, OnboardingView } from './answers.ts';
import { call, closed, Nothing, TakenTo, type TakenText } from './call.ts';

/** Who serves customers. */
const counter = ['staff', 'supervisor'] as const;
const Nik = Type.String({ pattern: '^[0-9]{16}$' });
const SessionId = Type.String({ minLength: 3, maxLength: 64, pattern: '^[A-Za-z0-9_-]+$' });

/** Who holds a NIK, and what a visit today could be for. */
export interface FoundCustomer {
  readonly id: string;
  readonly fullName: string;
  readonly kycLevel: KycTier;
  /** What has not been verified yet; empty = everything stands. */
  readonly missing: readonly ('card' | 'face')[];
  /** A face on record to compare with: without one there is no step-up. */
  readonly mayStepUp: boolean;
}

export interface FindAnswer {
  readonly customer: FoundCustomer | null;
  readonly nik: NikView;
}

/** A session whose operator left it to a colleague. Nothing of the customer: he may not be this colleague's at all. */
export interface OfferedSession {
  readonly id: string;
  readonly step: OnboardingStep;
  readonly from: string;
  readonly offeredAt: string;
}

/** A line of the day: one session's captures. No NIK. */
export interface DayRow {
  readonly sessionId: string;
  readonly startedAt: string;
  readonly operators: readonly string[];
  readonly customerName: string | null;
  readonly kinds: readonly string[];
  readonly outcome: 'verified' | 'review' | 'stopped';
  readonly sent: 'delivered' | 'pending' | 'refused';
  readonly reasons: readonly Reason[];
}

export interface DayList {
  /** `YYYY-MM-DD`, the desk's own day. */
  readonly day: string;
  readonly desk: string;
  readonly rows: readonly DayRow[];
}

/** What the screen turned to the customer may show: names of steps, texts to agree to, advice, the outcome in a word. */
export interface CustomerScreen {
  readonly language: 'id' | 'en';
  /** Null between two customers. */
  readonly step: OnboardingStep | null;
  readonly consent: OnboardingView['consent'] | null;
  /** What is ticked and signed here, waiting for the staff to go on. */
  readonly agreed: readonly string[];
  readonly signed: boolean;
  /** To be checked by the customer, as it stands on his own card. */
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  /** What to do before the camera now. */
  readonly cue: { readonly advice: string | null; readonly prompt: PromptKind | null } | null;
  readonly outcome: 'verified' | 'review' | 'stopped' | null;
}

/** The consent as the customer has filled it in on his own screen. */
export interface CustomerConsent {
  readonly purposes: readonly string[];
  readonly signature: SignatureInput | null;
}

export const counterCalls = {
  /** Before anything is photographed: is this NIK a customer, and what is there already? Recorded as a search. */
  'counter.find': call<FindAnswer>()(Type.Object({ nik: Nik }, closed), counter),
  /** Opens the session of a customer on record: what is missing, or a step-up for an action of this risk. */
  'counter.startKnown': call<OnboardingView>()(
    Type.Object(
      {
        nik: Nik,
        language: oneOf(['id', 'en']),
        way: oneOf(['continue', 'step_up']),
        riskLevel: Type.Optional(oneOf(riskLevels)),
      },
      closed,
    ),
    counter,
  ),
  /** Leaves the open session to a colleague; the page signs out afterwards. */
  'counter.offer': call<Record<string, never>>()(Nothing, counter),
  'counter.offered': call<readonly OfferedSession[]>()(Nothing, counter),
  'counter.takeOver': call<OnboardingView>()(Type.Object({ id: SessionId }, closed), counter),
  'counter.day': call<DayList>()(Nothing, counter),
  /** The day's list or the receipt as PDF, from the desk's fixed templates. */
  'counter.dayPdf': call<{ readonly fileName: string; readonly pdf: Uint8Array }>()(
    Type.Object({ language: oneOf(['id', 'en']) }, closed),
    counter,
  ),
  /** The day's list for a spreadsheet, on the audit record. Errors: `unavailable`. */
  'counter.dayCsv': call<TakenText>()(Type.Object({ language: oneOf(['id', 'en']), to: TakenTo }, closed), counter),
  /** Prints on the desk's own printer, without a dialog. `unavailable`: this shell cannot; the page prints the PDF itself. */
  'counter.print': call<Record<string, never>>()(
    Type.Object({ document: oneOf(['receipt', 'day']), language: oneOf(['id', 'en']) }, closed),
    counter,
  ),
  /** A one-time address for the customer's screen. In Electron the window opens by itself and there is no address. */
  'counter.customerScreen': call<{ readonly address: string | null }>()(Nothing, counter),
  /** What the customer should do before the camera, from the capture that runs on the staff's page. */
  'counter.cue': call<Record<string, never>>()(
    Type.Object(
      {
        advice: Type.Union([Type.String({ maxLength: 40 }), Type.Null()]),
        prompt: Type.Union([oneOf(promptKinds), Type.Null()]),
      },
      closed,
    ),
    counter,
  ),
  /** What the customer has ticked and signed on his screen so far. */
  'counter.customerConsent': call<CustomerConsent>()(Nothing, counter),
  'customer.view': call<CustomerScreen>()(Nothing, 'customer'),
  'customer.agree': call<CustomerScreen>()(
    Type.Object(
      {
        purposes: Type.Array(Type.String({ maxLength: 40 }), { maxItems: 10 }),
        signature: Type.Union([SignatureInputSchema, Type.Null()]),
      },
      closed,
    ),
    'customer',
  ),
} as const;
