/** The least a server could do for the same answers: Fastify and better-sqlite3, no auth, no schemas, no limits, no log. */
import { createHash, createHmac } from 'node:crypto';
import Fastify, { type FastifyInstance } from 'fastify';
import { openSqlite } from '../../../src/store/sqlite-dialect.ts';

interface Bundle {
  readonly frames: readonly string[];
  readonly [member: string]: unknown;
}

export async function startBare(
  path: string,
  keyHex: string,
  orgId: string,
): Promise<{ app: FastifyInstance; port: number }> {
  const db = openSqlite({ path, keyHex });
  const app = Fastify({ bodyLimit: 64 * 1024 * 1024 });
  // The same members as the documented answers, named by the query: what is sent is as large as ours.
  const status = `coalesce((select d.to_status from review_decisions d where d.verification_id = v.id
    and d.decision != 'escalate' order by d.created_at desc limit 1), v.status)`;
  const customer = db.prepare(
    `select id, full_name as fullName, kyc_level as kycLevel, kyc_last_verified_at as kycLastVerifiedAt,
     kyc_expires_at as kycExpiresAt from customers where org_id = ? and id = ?`,
  );
  const checks = db.prepare(
    `select v.id, v.method, ${status} as status, v.score, v.created_at as createdAt from verifications v
     where v.org_id = ? and v.customer_id = ? order by v.created_at desc, v.id desc`,
  );
  const events = db.prepare(
    `select id, from_tier as fromTier, to_tier as toTier, actor_user_id as actorUserId, reason, created_at as createdAt
     from tier_events where org_id = ? and customer_id = ? order by created_at desc, id desc`,
  );
  app.get('/api/identity/kyc/:id', (request) => {
    const { id } = request.params as { id: string };
    return {
      customer: customer.get(orgId, id),
      eligible: 'standard',
      verifications: checks.all(orgId, id),
      history: events.all(orgId, id),
    };
  });

  const attempt = `select v.id, v.customer_id as customerId, v.method, ${status} as status, v.status as recordedStatus,
    v.score, v.reasons, v.capture_id as captureId, v.operator_id as operatorId, v.data_residency as dataResidency,
    v.created_at as createdAt from verifications v where v.org_id = ?`;
  const count = db.prepare("select sum(n) as n from list_counts where org_id = ? and list = 'verifications'");
  const page = db.prepare(`${attempt} order by v.created_at desc, v.id desc limit ? offset ?`);
  const after = db.prepare(`${attempt} and (v.created_at, v.id) > (?, ?) order by v.created_at, v.id limit ?`);
  app.get('/api/identity/attempts', (request) => {
    const query = request.query as { limit?: string; page?: string; cursor?: string };
    const limit = Number(query.limit ?? 20);
    if (query.cursor === undefined)
      return {
        data: page.all(orgId, limit, (Number(query.page ?? 1) - 1) * limit),
        total: (count.get(orgId) as { n: number }).n,
      };
    const [at, id] = JSON.parse(Buffer.from(query.cursor, 'base64url').toString() || '["",""]') as [string, string];
    return { data: after.all(orgId, at, id, limit + 1).slice(0, limit) };
  });

  // Each search is recorded, there and here: one row, one commit.
  const found = db.prepare(
    `select c.id, c.full_name as fullName, c.nik, c.nik_metadata as nikMetadata, c.email, c.phone,
     c.external_ref as externalRef, c.status, c.kyc_level as kycLevel, c.kyc_last_verified_at as kycLastVerifiedAt,
     c.kyc_expires_at as kycExpiresAt, c.data_residency as dataResidency, c.created_at as createdAt,
     c.updated_at as updatedAt from customer_search s join customers c on c.id = s.customer_id
     where s.org_id = ? and s.token = ? order by s.customer_id desc limit 20`,
  );
  const counted = db.prepare(
    'select count(*) as n from (select 1 from customer_search where org_id = ? and token = ? limit 1000)',
  );
  db.exec('create table if not exists bench_rows (id integer primary key, kind text, bytes blob)');
  const note = db.prepare('insert into bench_rows (kind, bytes) values (?, ?)');
  app.get('/api/identity/search', (request) => {
    const token = String((request.query as { q: string }).q).toLowerCase();
    const data = found.all(orgId, token);
    const total = counted.get(orgId, token);
    note.run('audit', null);
    return { data, total };
  });

  // A capture: decode, hash, check one HMAC, one commit with as many rows as the service writes.
  const write = db.transaction((bytes: Buffer) => {
    for (let n = 0; n < 9; n += 1) note.run('row', n === 0 ? bytes : null);
  });
  const capture = (request: { body: unknown }) => {
    const { bundle, hmacKey } = request.body as { bundle: Bundle; hmacKey: string };
    const frames = bundle.frames.map((frame) => Buffer.from(frame, 'base64'));
    const hashes = frames.map((frame) => createHash('sha256').update(frame).digest('hex'));
    const mac = createHmac('sha256', hmacKey)
      .update(JSON.stringify({ ...bundle, frames: hashes }))
      .digest('base64url');
    write(Buffer.concat(frames));
    return { mac };
  };
  app.post('/api/identity/document/ktp/capture', capture);
  app.post('/api/identity/auth/step-up', capture);
  app.addHook('onClose', async () => void db.close());
  await app.listen({ port: 0, host: '127.0.0.1' });
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return { app, port: address.port };
}
