/** How a new session reaches a browser: the token in a guarded cookie, everything else in the body. */
import type { FastifyReply } from 'fastify';
import type { Role } from '../contract/vocabulary.ts';
import type { SignedInPerson } from '../services/sign-in.ts';
import type { ApiDeps } from './api-deps.ts';
import { sessionCookie } from './authenticate.ts';

export function cookieOptions(deps: ApiDeps) {
  return { httpOnly: true, sameSite: 'strict', secure: deps.tls !== undefined, path: '/' } as const;
}

export function answerSession(deps: ApiDeps, reply: FastifyReply, { user, org, session }: SignedInPerson) {
  void reply.setCookie(sessionCookie, session.token, { ...cookieOptions(deps), expires: new Date(session.expiresAt) });
  return {
    user: { ...user, role: user.role as Role },
    org,
    csrfToken: session.csrfToken,
    expiresAt: session.expiresAt,
  };
}
