/** Has the hub cosign this desk's checkpoints, so that the desk cannot rewrite its own log unseen. */
import { hexToBytes } from '@noble/hashes/utils.js';
import { readCheckpoint, readNoteKey } from '../../core/audit/checkpoint.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { sendHttp } from '../../connectors/http/http-client.ts';
import { makeCheckpoint, proveConsistency } from '../../services/audit/checkpoints.ts';
import type { ServiceContext } from '../../services/context.ts';
import { replaceCheckpointNote } from '../../store/repositories/checkpoints.ts';
import { verifyNote } from '../../vault/signed-note.ts';
import { parseBody, refusalOf } from './hub-answers.ts';
import { hubLink, type HubLink } from './hub-link.ts';

type Parts = Pick<ServiceContext, 'store' | 'vault' | 'clock'>;

/**
 * Makes a checkpoint, proves to the hub that it grew out of the last one cosigned, and keeps the cosignature. Errors:
 * `hub_not_enrolled`, `unavailable`, `checkpoint_forked` (this desk's log is not the one the hub saw: call IT).
 */
export async function cosignAtHub(ctx: Parts): Promise<Result<{ readonly size: number }>> {
  const link = await hubLink(ctx);
  if (link === null) return fail('hub_not_enrolled', 'this desk is not enrolled with a hub');
  const made = await makeCheckpoint(ctx);
  if (!made.ok) return made;
  const { size, note, root } = made.value;
  let answer = await ask(ctx, link, note, 0, size);
  if (!answer.ok && answer.error.code === 'checkpoint_stale')
    answer = await ask(ctx, link, note, Number(answer.error.details?.['size'] ?? 0), size);
  if (!answer.ok) return answer;
  const key = readNoteKey(link.hubKey);
  const checked = key === null ? null : verifyNote(answer.value, [key]);
  const seen = checked === null ? null : readCheckpoint(checked.note.text);
  const same =
    seen !== null && seen.size === size && hexToBytes(root).every((byte, index) => byte === seen.root[index]);
  if (!same) return fail('unavailable', 'the hub gave no usable answer (checkpoint)');
  await ctx.store.transaction((trx) => replaceCheckpointNote(trx, size, answer.value));
  return ok({ size });
}

async function ask(ctx: Parts, link: HubLink, note: string, oldSize: number, size: number): Promise<Result<string>> {
  const grown = oldSize === 0 ? null : await proveConsistency(ctx, oldSize, size);
  if (grown !== null && !grown.ok)
    return fail('checkpoint_forked', 'the hub saw a longer log of this desk than there is');
  const answer = await sendHttp({
    url: `${link.url}/api/kiosk/checkpoints`,
    method: 'POST',
    clientTls: link.tls,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ deskId: link.deskId, note, oldSize, proof: grown?.value.path ?? [] }),
  });
  if (!answer.ok) return answer;
  if (answer.value.status !== 200) return { ok: false, error: refusalOf(answer.value, ctx.clock()) };
  const data = (parseBody(answer.value) as { data?: { note?: unknown } } | null)?.data;
  return typeof data?.note === 'string' ? ok(data.note) : fail('unavailable', 'the hub gave no usable answer');
}
