/** The door has checked that somebody is signed in; these turn that into types, and a breach of it into a bug. */
import type { Person } from '../../contract/desk/answers.ts';
import type { Actor } from '../../services/context.ts';
import type { DeskSession } from '../desk-session.ts';
import type { Operator } from '../onboarding/onboarding-desk.ts';

export function actorOf(session: DeskSession): Actor {
  if (session.actor === null) throw new Error('a checked call came without a person');
  return session.actor;
}

export function operatorOf(session: DeskSession): Operator {
  const actor = actorOf(session);
  if (actor.id === null) throw new Error('a signed-in person has an id');
  return { id: actor.id, orgId: actor.orgId };
}

export function personOf(user: {
  readonly id: string;
  readonly fullName: string;
  readonly email: string;
  readonly role: string;
}): Person {
  return { id: user.id, fullName: user.fullName, email: user.email, role: user.role as Person['role'] };
}
