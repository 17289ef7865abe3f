/** A wiped desk has one thing left to do: hand in the receipt it signed while it had its key. Needs nothing of the installation. */
import { sendHttp } from '../../connectors/http/http-client.ts';
import { noteAcknowledged, readWipeNote } from '../../vault/wipe-keys.ts';
import { refusalOf } from '../sync/hub-answers.ts';
import { fail, ok, type Result } from '../../contract/result.ts';

/** Errors: `not_found` (nothing to send), `unavailable`, what the hub says. The same receipt twice does no harm. */
export async function sendReceipt(dataDirectory: string, clock: () => Date = () => new Date()): Promise<Result<true>> {
  const note = readWipeNote(dataDirectory);
  if (note === null || note === 'unreadable' || note.state !== 'destroyed')
    return fail('not_found', 'there is no receipt to send');
  const { hub, receipt } = note;
  const answer = await sendHttp({
    url: `${hub.url}/api/kiosk/fleet/receipts`,
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ receipt }),
    ...(hub.ca === null ? {} : { trust: hub.ca }),
  });
  if (!answer.ok) return fail('unavailable', answer.error.message);
  if (answer.value.status !== 200) return { ok: false, error: refusalOf(answer.value, clock()) };
  noteAcknowledged(dataDirectory, note);
  return ok(true);
}
