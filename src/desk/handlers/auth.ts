/** `auth.*`: signing in and out at the counter. */
import { ok } from '../../contract/result.ts';
import { signOut } from '../../services/sessions.ts';
import { signIn } from '../../services/sign-in.ts';
import type { DeskHouse } from '../desk-deps.ts';
import type { DeskHandlerTable } from '../dispatch.ts';
import { actorOf } from './acting-person.ts';
import { passkeyHandlers, takeSeat, type PasskeyCallName } from './passkeys.ts';

export function authHandlers(
  house: DeskHouse,
): Pick<DeskHandlerTable, 'auth.signIn' | 'auth.signOut' | PasskeyCallName> {
  const { ctx, sessions } = house;
  return {
    ...passkeyHandlers(house),
    async 'auth.signIn'(session, params) {
      const signedIn = await signIn(ctx, { ...params, channel: 'station' });
      if (!signedIn.ok) return signedIn;
      return ok(await takeSeat(house, session, signedIn.value));
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
