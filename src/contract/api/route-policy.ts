/** What the matrix says of one route. */
import type { AuditEvent } from '../audit-events.ts';
import type { Role, Scope } from '../vocabulary.ts';

export interface RoutePolicy {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** As documented, parameters in braces. */
  readonly path: string;
  /** `<resource>.<action>`: the name in 429 answers and in the `rateLimits` setting. */
  readonly bucket: string;
  /** Scopes of a key, any of which is enough; `any` key; `none` = no key may. */
  readonly keyScopes: readonly Scope[] | 'any' | 'none';
  /** People; `public` = nobody needs to be signed in. */
  readonly roles: readonly Role[] | 'signed-in' | 'public';
  readonly limit: {
    readonly max: number;
    readonly windowSeconds: number;
    readonly per: 'caller' | 'ip' | 'org' | 'desk';
  };
  readonly perCustomerPerMinute: number | null;
  readonly events: readonly AuditEvent[];
  /** An enrolled desk may call it with its certificate (mutual TLS). */
  readonly desks?: boolean;
}
