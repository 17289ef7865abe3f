/**
 * Who is at the station: one session per connection (Electron window) or per cookie (browser shell). It holds no
 * customer data; drafts live sealed in the store and belong to a person, not to a connection.
 */
import type { Person } from '../contract/desk/answers.ts';
import type { Actor } from '../services/context.ts';

export interface DeskSession {
  readonly id: string;
  /** The station whose customer this screen faces; null for a station itself. */
  readonly customerOf: string | null;
  person: Person | null;
  actor: Actor | null;
  /** Hash of the stored session's token, to end it at sign-out. */
  tokenHash: string | null;
  /** Milliseconds since the epoch of the last act of a person (not of a timer in the page). */
  lastActAt: number;
}

export interface DeskSessions {
  /** The session of this connection or cookie; made on first sight. */
  open(id: string): DeskSession;
  /** Signs out and forgets it. */
  close(id: string): void;
  signIn(session: DeskSession, person: Person, actor: Actor, tokenHash?: string): void;
  signOut(session: DeskSession): void;
  /** True when the person was away too long; then the session is signed out already. */
  expireIfIdle(session: DeskSession): boolean;
  touch(session: DeskSession): void;
  /** Stations where this person is signed in. */
  stationsOf(personId: string): readonly string[];
  /** Signs out every idle session; returns them so that shells can tell their pages. */
  sweep(): readonly DeskSession[];
}

export interface DeskSessionsOptions {
  /** Read each time: head office may change it while the desk works. */
  readonly idleSeconds: number;
  readonly clock: () => Date;
  /** After every sign-out, by the person or by the clock: memory must forget what he was working on. */
  readonly onSignedOut?: (person: Person, sessionId: string) => void;
}

const customerPrefix = 'customer:';

/** The session of the screen that faces the customer of a station. Shells make such ids, pages never do. */
export function customerSessionId(stationId: string): string {
  return `${customerPrefix}${stationId}`;
}

export function isCustomerSession(id: string | null): boolean {
  return id?.startsWith(customerPrefix) ?? false;
}

/** Sessions live in memory: after a restart everybody signs in again, which is what a counter wants. */
export function createDeskSessions(options: DeskSessionsOptions): DeskSessions {
  const { clock, onSignedOut } = options;
  const sessions = new Map<string, DeskSession>();
  const now = () => clock().getTime();

  const signOut = (session: DeskSession) => {
    const { person } = session;
    session.person = null;
    session.actor = null;
    session.tokenHash = null;
    if (person !== null) onSignedOut?.(person, session.id);
  };
  const expireIfIdle = (session: DeskSession) => {
    if (session.person === null || now() - session.lastActAt <= options.idleSeconds * 1000) return false;
    signOut(session);
    return true;
  };

  return {
    open(id) {
      const known = sessions.get(id);
      if (known !== undefined) return known;
      const customerOf = isCustomerSession(id) ? id.slice(customerPrefix.length) : null;
      const session: DeskSession = { id, customerOf, person: null, actor: null, tokenHash: null, lastActAt: now() };
      sessions.set(id, session);
      return session;
    },
    close(id) {
      const session = sessions.get(id);
      if (session !== undefined) signOut(session);
      sessions.delete(id);
    },
    signIn(session, person, actor, tokenHash) {
      // Whoever was here before leaves first, with all that goes with it.
      signOut(session);
      session.person = person;
      session.actor = actor;
      session.tokenHash = tokenHash ?? null;
      session.lastActAt = now();
    },
    signOut,
    expireIfIdle,
    touch(session) {
      session.lastActAt = now();
    },
    stationsOf: (personId) =>
      [...sessions.values()].filter(({ person }) => person?.id === personId).map(({ id }) => id),
    sweep: () => [...sessions.values()].filter(expireIfIdle),
  };
}
