/** The one door of the desk: every call of either shell passes here, so name, sender, role and shape are checked once. */
import type { Caller } from '../contract/desk/call.ts';
import { deskCalls, type DeskAnswer, type DeskCallName, type DeskParams } from '../contract/desk/calls.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import { StoreError, storeFailure, type StoreProblem } from '../store/store-error.ts';
import { checkParams, isDeskCallName } from './check-params.ts';
import type { DeskSession, DeskSessions } from './desk-session.ts';

export type DeskHandler<N extends DeskCallName> = (
  session: DeskSession,
  params: DeskParams<N>,
) => Promise<Result<DeskAnswer<N>>>;

export type DeskHandlerTable = { readonly [N in DeskCallName]: DeskHandler<N> };

/** The handlers with what the door needs: the sessions it expires and the log it writes bugs to. */
export interface DeskHandlers {
  readonly table: DeskHandlerTable;
  readonly sessions: DeskSessions;
  readonly logBug: (call: string, error: unknown) => void;
  /** Told of every call that is let through. */
  readonly onCall?: (name: DeskCallName) => void;
}

/** Troubles of the disk under a running desk: no bug, and a person can do something about them. */
const forPeople: ReadonlySet<StoreProblem> = new Set(['corrupted', 'read_only', 'disk_full', 'busy', 'unavailable']);

/** Calls that a page makes by itself; they must not keep an unattended counter signed in. */
const selfActing: ReadonlySet<DeskCallName> = new Set([
  'station.state',
  'onboarding.current',
  'outbox.list',
  'operations.status',
  'review.queue',
  'devices.status',
  'coach.card',
  'coach.face',
  'counter.cue',
  'counter.offered',
  'counter.customerConsent',
  'simulator.frame',
  'jobs.list',
  'selfTest.latest',
]);

/**
 * Runs one call of the station.
 * @param name as sent by the page; an unknown one is `bad_request`
 * @param params as sent by the page, checked against the contract here
 * @returns the handler's result; a thrown error is logged without its message's data and answers `internal`, or `store_<kind>`
 *   with its remedy where the disk is the trouble
 */
export async function dispatch(
  handlers: DeskHandlers,
  session: DeskSession,
  name: string,
  params: unknown,
): Promise<Result<unknown>> {
  if (!isDeskCallName(name)) return fail('bad_request', 'This call is not known.');
  const expired = handlers.sessions.expireIfIdle(session);
  const allowed = mayCall(deskCalls[name].caller, session, expired);
  if (!allowed.ok) return allowed;
  const checked = checkParams(name, params);
  if (!checked.ok) return checked;
  if (session.person !== null && !selfActing.has(name)) handlers.sessions.touch(session);
  handlers.onCall?.(name);
  try {
    const handler = handlers.table[name] as (session: DeskSession, params: unknown) => Promise<Result<unknown>>;
    return await handler(session, checked.value);
  } catch (error) {
    handlers.logBug(name, error);
    if (error instanceof StoreError && forPeople.has(error.kind)) return storeFailure(error.kind, error.driverCode);
    return fail('internal', 'The desk could not answer. Nothing was lost; try again.');
  }
}

function mayCall(caller: Caller, session: DeskSession, expired: boolean): Result<true> {
  if (session.customerOf !== null)
    return caller === 'customer' ? ok(true) : fail('forbidden', 'The customer’s screen may not do this.');
  if (caller === 'customer') return fail('forbidden', 'Only the customer’s screen may do this.');
  if (caller === 'public') return ok(true);
  if (session.person === null) {
    return expired
      ? fail('session_expired', 'You were signed out because the counter was idle.')
      : fail('unauthenticated', 'Sign in first.');
  }
  if (caller === 'signed-in' || caller.includes(session.person.role)) return ok(true);
  return fail('forbidden', 'Your role may not do this.');
}

/**
 * What may be logged of a bug: its class and the frames of its stack, never its message, which may quote a value.
 */
export function bugTrace(error: unknown): { readonly kind: string; readonly at: readonly string[] } {
  if (!(error instanceof Error)) return { kind: typeof error, at: [] };
  const at = (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 6)
    .map((line) => line.trim());
  return { kind: error.name, at };
}
