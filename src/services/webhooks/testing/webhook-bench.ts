/** What the delivery tests share: a house, receivers, a webhook, an event, a worker without jitter. */
import type { DeliveryView } from '../../../contract/api/webhooks.ts';
import { findOrganisation, updateOrganisationSettings } from '../../../store/repositories/organisations.ts';
import type { Actor, ServiceContext } from '../../context.ts';
import { addOrganisation, openTestHouse, type TestHouse, type TestOrganisation } from '../../testing/test-house.ts';
import { createWebhookWorker, type WebhookWorkerOptions } from '../deliver.ts';
import { listDeliveries } from '../deliveries.ts';
import { createWebhook } from '../manage-webhooks.ts';
import { recordEvent } from '../record-event.ts';
import { startReceiver, type Mood, type Receiver } from './receiver.ts';

export let house: TestHouse;
export let bank: TestOrganisation;
export let actor: Actor;
export let ctx: ServiceContext;
/** What was written to the log. */
export let logged: object[];
const receivers: Receiver[] = [];

/** A fresh house for each test: one organisation whose allow-list names this machine. */
export async function startBench(): Promise<void> {
  house = await openTestHouse();
  bank = await addOrganisation(house, 'Bank');
  actor = bank.actor('admin');
  logged = [];
  const log = (fields: object, message?: string) => void logged.push({ ...fields, message });
  ctx = { ...house.ctx, logger: { debug: log, info: log, warn: log, error: log } };
  await allow('127.0.0.1');
}
export async function stopBench(): Promise<void> {
  for (const receiver of receivers.splice(0)) await receiver.close();
  await house.close();
}

export async function allow(...entries: string[]): Promise<void> {
  const organisation = await findOrganisation(ctx.store.db, bank.orgId);
  if (organisation === null) throw new Error('no organisation');
  const settings = { ...organisation.settings, webhookAllowList: entries };
  await updateOrganisationSettings(ctx.store.db, bank.orgId, settings, house.now.toISOString());
}

export async function receiver(...moods: Mood[]): Promise<Receiver> {
  const started = await startReceiver(...moods);
  receivers.push(started);
  return started;
}

export async function webhook(url: string) {
  const made = await createWebhook(ctx, actor, { url, events: ['verification.created', 'customer.erased'] });
  if (!made.ok) throw new Error(made.error.code);
  return made.value;
}

export const verification = {
  verificationId: 'ver_1',
  customerId: 'cus_1',
  method: 'ktp_capture',
  status: 'verified',
  score: 87,
} as const;
export const happen = () =>
  ctx.store.transaction((trx) => recordEvent(ctx, trx, bank.orgId, 'verification.created', verification));
export const worker = (options: WebhookWorkerOptions = {}, own = ctx) =>
  createWebhookWorker(own, { random: () => 1, timeoutMs: 2_000, ...options });

export async function deliveries(webhookId: string): Promise<readonly DeliveryView[]> {
  const part = await listDeliveries(ctx, actor, webhookId, {}, { by: 'cursor', after: null, limit: 100 });
  if (!part.ok) throw new Error(part.error.code);
  return part.value.rows;
}
export async function only(webhookId: string): Promise<DeliveryView> {
  const [first, ...others] = await deliveries(webhookId);
  if (first === undefined || others.length > 0) throw new Error('not exactly one delivery');
  return first;
}
export const later = (ms: number): void => {
  house.now = new Date(house.now.getTime() + ms);
};
