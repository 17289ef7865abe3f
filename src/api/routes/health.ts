/** `GET /api/healthz`: 503 when the database is down (api-decisions 24). */
import { sql } from 'kysely';
import { HealthSchema } from '../../contract/api/records.ts';
import { ok } from '../../contract/result.ts';
import type { ServiceContext } from '../../services/context.ts';
import { freeDiskBytes } from '../../store/free-disk.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { DefineRoute } from '../define-route.ts';

const lowDiskBytes = 512 * 1024 * 1024;
/** No clock of this program's life is earlier. */
const earliestPlausible = Date.parse('2026-01-01T00:00:00Z');

async function databaseState(ctx: ServiceContext): Promise<'ok' | 'down'> {
  try {
    await sql`select 1`.execute(ctx.store.db);
    return 'ok';
  } catch {
    return 'down';
  }
}

async function visionState(ctx: ServiceContext): Promise<'ok' | 'starting' | 'down'> {
  const { state } = await ctx.vision.status();
  return state === 'ready' ? 'ok' : state;
}

async function diskState(ctx: ServiceContext): Promise<'ok' | 'low' | 'unknown'> {
  // A database server watches its own disk.
  if (ctx.store.engine === 'postgres') return 'ok';
  const free = await freeDiskBytes(ctx.store.path);
  if (free === null) return 'unknown';
  return free < lowDiskBytes ? 'low' : 'ok';
}

async function queueState(ctx: ServiceContext): Promise<'ok' | 'stuck'> {
  try {
    const row = await ctx.store.db
      .selectFrom('outbox')
      .select('id')
      .where('state', '=', 'refused')
      .limit(1)
      .executeTakeFirst();
    return row === undefined ? 'ok' : 'stuck';
  } catch {
    return 'stuck';
  }
}

export function healthRoutes(define: DefineRoute, { context }: ApiDeps): void {
  define('GET /api/healthz', {
    tag: 'health',
    summary: 'Is the service well',
    answer: HealthSchema,
    errors: [],
    async handle() {
      const database = await databaseState(context);
      const clock = context.clock().getTime() < earliestPlausible ? 'implausible' : 'ok';
      const checks = {
        database,
        vision: await visionState(context),
        queue: await queueState(context),
        disk: await diskState(context),
        clock,
      } as const;
      const well = Object.values(checks).every((check) => check === 'ok');
      return ok({
        status: database === 'down' ? 503 : 200,
        body: { status: well ? ('ok' as const) : ('degraded' as const), version: context.version, checks },
      });
    },
  });
}
