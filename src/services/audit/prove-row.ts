/** One row of the audit log, checked on its own: its content, its link, its place under the newest checkpoint, and who signed that. */
import { hexToBytes } from '@noble/hashes/utils.js';
import type { AuditProof } from '../../contract/desk/admin-calls.ts';
import { auditLeaf } from '../../core/audit/audit-leaf.ts';
import { auditHash, genesisHash } from '../../core/audit/chain.ts';
import { verifyInclusion } from '../../core/audit/merkle.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import type { Actor, ServiceContext } from '../context.ts';
import { pointOf } from '../verify-audit.ts';
import { logKeys, makeCheckpoint, proveInclusion } from './checkpoints.ts';

/** A checkpoint is made first where the row is younger than the last one. Errors: `not_found`, `audit_broken`. */
export async function proveAuditRow(ctx: ServiceContext, actor: Actor, seq: number): Promise<Result<AuditProof>> {
  const { db } = ctx.store;
  const row = await db
    .selectFrom('audit_log')
    .selectAll()
    .where('seq', '=', seq)
    .where('org_id', '=', actor.orgId)
    .executeTakeFirst();
  if (row === undefined) return fail('not_found', 'there is no such row');
  const made = await makeCheckpoint(ctx);
  if (!made.ok) return made;
  const checkpoint = made.value;
  const before = await db
    .selectFrom('audit_log')
    .select('hash')
    .where('seq', '=', seq - 1)
    .executeTakeFirst();
  const proof = await proveInclusion(ctx, seq, checkpoint.size);
  if (!proof.ok) return proof;
  const { path } = proof.value;
  const point = pointOf(checkpoint.note, logKeys(ctx.vault));
  return ok({
    seq,
    content: auditHash(row.prev_hash, row) === row.hash,
    link: seq === 1 ? row.prev_hash === genesisHash : before === undefined ? null : before.hash === row.prev_hash,
    inclusion: verifyInclusion({
      leaf: auditLeaf(row.hash),
      index: seq - 1,
      size: checkpoint.size,
      path: path.map((hash) => hexToBytes(hash)),
      // The root that was signed, not the one the tree answers now.
      root: point.root,
    }),
    signature: point.signed,
    checkpoint: { size: checkpoint.size, root: checkpoint.root, createdAt: checkpoint.createdAt },
    steps: path.length,
  });
}
