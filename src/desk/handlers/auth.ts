/** `auth.*`: signing in and out at the counter. */
import { ok } from '../../contract/result.ts';
import { signOut } from '../../services/sessions.ts';
import { signIn } from '../../services/sign-in.ts';
import { sha256 } from '../../vault/random.ts';
import type { DeskHouse } from '../desk-deps.ts';
import type { DeskHandlerTable } from '../dispatch.ts';
import { actorOf, personOf } from './acting-person.ts';
import { stationState } from './station.ts';

export function authHandlers(house: DeskHouse): Pick<DeskHandlerTable, 'auth.signIn' | 'auth.signOut'> {
  const { ctx, sessions } = house;
  return {
    async 'auth.signIn'(session, params) {
      const signedIn = await signIn(ctx, { ...params, channel: 'station' });
      if (!signedIn.ok) return signedIn;
      const { user, org, session: opened } = signedIn.value;
      const person = personOf(user);
      sessions.signIn(
        session,
        person,
        { kind: 'user', id: person.id, orgId: org.id, role: person.role },
        sha256(opened.token),
      );
      return ok({ person, state: await stationState(house, session) });
    },
    async 'auth.signOut'(session) {
      const actor = actorOf(session);
      const { tokenHash } = session;
      sessions.signOut(session);
      if (tokenHash !== null) await signOut(ctx, actor, tokenHash);
      return ok({});
    },
  };
}
