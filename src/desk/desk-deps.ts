/** What a shell hands to the desk. */
import type { Result } from '../contract/result.ts';
import type { SimulatedFrame } from '../contract/desk/answers.ts';
import type { PromptKind } from '../contract/vocabulary.ts';
import type { ServiceContext } from '../services/context.ts';
import type { CustomerScreens } from './counter/customer-screens.ts';
import type { DeskEventBus } from './desk-events.ts';
import type { DeskSessions } from './desk-session.ts';
import type { Upkeep } from './operations/upkeep.ts';
import type { Exports } from './operations/exports.ts';
import type { JobBoard } from './operations/job-board.ts';
import type { Uploads } from './operations/uploads.ts';
import type { SelfTestRunner } from './self-test/self-test-runner.ts';
import type { LogRing } from '../services/logs/log-ring.ts';
import type { LoadHid } from './scanner/hid-library.ts';
import type { OnboardingDesk } from './onboarding/onboarding-desk.ts';
import type { DeskDevices } from './sources/desk-devices.ts';
import type { OutboxPump } from './sync/outbox-pump.ts';

export interface SimulatorRequest {
  readonly scene: 'card' | 'face';
  /** Colour of the screen now, `#RRGGBB`. */
  readonly light: string;
  readonly tMs: number;
  readonly prompt?: PromptKind;
}

/** The simulated camera: draws what a camera would see under the light now on the screen. */
export interface Simulator {
  readonly mode: 'demo' | 'file';
  frame(request: SimulatorRequest): Promise<SimulatedFrame>;
}

export interface DeskConfig {
  /** Where the API answers, known once listening; shown to operators. */
  readonly address: () => string;
  /** A counter left alone this long signs out. */
  readonly idleSeconds: number;
  /** Folders below which a scanner's folder must lie (`LOKET_SCAN_ROOTS`); empty = any that is safe. */
  readonly scanRoots?: readonly string[];
  /** Where the desk itself writes exports; absent = only the page saves them. */
  readonly exportFolder?: string;
  /** Run the self test when the first of a day signs in. Default: only on request. */
  readonly selfTestAtSignIn?: boolean;
}

export interface DeskOptions {
  readonly ctx: ServiceContext;
  /** Started and stopped by the shell. */
  readonly pump: OutboxPump;
  readonly simulator: Simulator | null;
  /** Instead of node-hid. */
  readonly loadHid?: LoadHid;
  /** The last lines of the program's own log. */
  readonly logs?: LogRing;
  readonly upkeep?: Upkeep;
  readonly config: DeskConfig;
  /** Prints a PDF of the desk's own templates on the desk's printer, without a dialog. Absent: the page prints. */
  readonly printer?: (pdf: Uint8Array) => Promise<Result<Record<string, never>>>;
  /** Opens the screen for the customer of this station, or answers the one-time address to open it by; null: one screen only. */
  readonly openCustomerScreen?: (stationId: string) => Promise<{ readonly address: string | null } | null>;
}

/** What every handler gets: the options, and what the desk made of them. */
export interface DeskHouse extends DeskOptions {
  readonly upkeep: Upkeep;
  readonly jobs: JobBoard;
  /** null where there is no data directory to put files into. */
  readonly uploads: Uploads | null;
  readonly exports: Exports;
  readonly selfTest: SelfTestRunner;
  readonly events: DeskEventBus;
  readonly sessions: DeskSessions;
  readonly onboarding: OnboardingDesk;
  readonly devices: DeskDevices;
  readonly screens: CustomerScreens;
  /** The one organisation of this desk; null before set-up. */
  readonly orgId: () => Promise<string | null>;
}
