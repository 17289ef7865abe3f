/** What the tests of head office and its desk share: publishing, beating, seeing, and an answer changed on its way. */
import type { FleetSettingsFile } from '../../contract/fleet.ts';
import { beat, type Heard } from '../../desk/fleet/heartbeat.ts';
import type { Result } from '../../contract/result.ts';
import { dayMs } from '../../services/context.ts';
import { fleetDesk, type FleetDesk } from '../../services/fleet/fleet-desks.ts';
import { publishSettings } from '../../services/fleet/publish-settings.ts';
import { app, bank, desk, deskOrg, hub } from './hub-and-desk.ts';

export const inDays = (days: number): string => new Date(hub.now.getTime() + days * dayMs).toISOString();
const file = (rules: FleetSettingsFile['rules'], more: Partial<FleetSettingsFile> = {}): FleetSettingsFile => ({
  expiresAt: inDays(30),
  ...more,
  rules,
});
export const admin = () => bank.actor('admin');
export async function publish(
  rules: FleetSettingsFile['rules'],
  more: Partial<FleetSettingsFile> = {},
): Promise<number> {
  const done = await publishSettings(hub.ctx, admin(), file(rules, more));
  if (!done.ok) throw new Error(done.error.message);
  return done.value.version;
}
/** A second later each time: a report counts once. */
export function heartbeat(): Promise<Result<Heard>> {
  for (const house of [hub, desk]) house.now = new Date(house.now.getTime() + 1_000);
  return beat({ ctx: desk.ctx, orgId: deskOrg.orgId });
}
export async function heard(): Promise<Heard> {
  const done = await heartbeat();
  if (!done.ok) throw new Error(`${done.error.code}: ${done.error.message}`);
  return done.value;
}
export const seen = async (): Promise<FleetDesk> => {
  const found = await fleetDesk(hub.ctx, admin(), desk.ctx.vault.desk.id);
  if (!found.ok) throw new Error(found.error.code);
  return found.value;
};
export const deskEvents = async (): Promise<readonly string[]> =>
  (await desk.ctx.store.db.selectFrom('audit_log').select('event').orderBy('seq').execute()).map(({ event }) => event);

export interface Answered {
  readonly fleetKey: { readonly text: string; readonly signature: string };
  readonly directive: { readonly text: string; readonly signature: string };
  readonly settings: { readonly text: string; readonly signature: string } | null;
}

/** Whoever ends TLS between desk and hub could change an answer like this. */
let tamper: (data: Answered) => Answered = (data) => data;
export function answerWith(change: (data: Answered) => Answered): void {
  tamper = change;
}
/** Call once the pair is open. */
export function standBetween(): void {
  tamper = (data) => data;
  app.server.prependListener('request', (request, response) => {
    if (request.url?.endsWith('/fleet/heartbeat') !== true) return;
    const end = response.end.bind(response) as (chunk: string) => typeof response;
    const head = response.writeHead.bind(response) as (status: number, headers: object) => typeof response;
    response.writeHead = ((status: number, { 'content-length': _length, ...headers }: Record<string, unknown>) =>
      head(status, headers)) as typeof response.writeHead;
    response.end = ((chunk: string) => {
      const body = JSON.parse(String(chunk)) as { data?: Answered };
      return end(JSON.stringify(body.data === undefined ? body : { data: tamper(body.data) }));
    }) as typeof response.end;
  });
}
