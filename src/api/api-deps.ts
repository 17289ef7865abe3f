/** What the API is built from. */
import type { FastifyInstance } from 'fastify';
import type { ServiceContext } from '../services/context.ts';
import type { JobRunner } from '../services/jobs/job.ts';
import type { RateLimiter } from './rate-limiter.ts';
import type { Tracing } from './tracing.ts';

export interface ApiDeps {
  readonly context: ServiceContext;
  /** PEM texts; without them only loopback may be listened on. */
  readonly tls?: {
    readonly cert: string;
    readonly key: string;
    /** PEM of the authority whose certificates desks connect with (mutual TLS). */
    readonly deskAuthority?: string;
  };
  /** Answer only requests addressed to a loopback name (defends against DNS rebinding). Default true without `tls`. */
  readonly loopbackOnly?: boolean;
  /** `https://loket.bank.id`: the address people know this server by; passkeys and provider sign-in count there. */
  readonly publicUrl?: string;
  readonly rateLimiter?: RateLimiter;
  /** True from when this process was told to stop: `/readyz` says so while it still answers. */
  readonly draining?: () => boolean;
  readonly tracing?: Tracing;
  /** What waits in the queue the processes share; null: it cannot be asked now. */
  readonly jobs?: Pick<JobRunner, 'counts'>;
  /** A shell's own routes, added before the app is ready (the browser shell's page and socket). */
  readonly extend?: (app: FastifyInstance) => Promise<void>;
}
