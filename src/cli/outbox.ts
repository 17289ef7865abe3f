/** `loket outbox`: what waits at a desk, and what only a person does about it. */
import { Command } from 'commander';
import { ok, type Result } from '../contract/result.ts';
import { acknowledgeFile, exportOutboxTo } from '../desk/sync/disk-files.ts';
import { setCaptureAside, takeCaptureBack } from '../desk/sync/outbox-person.ts';
import { pauseOutbox } from '../desk/sync/outbox-pause.ts';
import { listOutbox } from '../desk/sync/outbox-views.ts';
import { closeReversal } from '../desk/sync/reversals.ts';
import type { ServiceContext } from '../services/context.ts';
import { operatorOf, print, withInstallation } from './with-installation.ts';

interface Common {
  readonly data: string;
  readonly org?: string;
  readonly json?: boolean;
}

function sub(parent: Command, name: string, description: string): Command {
  return parent
    .command(name)
    .description(description)
    .requiredOption('--data <dir>', 'data directory of the desk')
    .option('--org <id>', 'organisation, where there are several')
    .option('--json', 'one JSON document on stdout');
}

/** Opens, finds the organisation, works, prints. */
function within<T>(
  options: Common,
  work: (ctx: ServiceContext, orgId: string) => Promise<Result<T>>,
  text: (value: T) => string,
): Promise<void> {
  return withInstallation(
    options.data,
    async (ctx) => {
      const operator = await operatorOf(ctx, options.org);
      return operator.ok ? work(ctx, operator.value.orgId) : operator;
    },
    (value) => print(value, options.json === true, text(value)),
  );
}

export function outboxCommand(): Command {
  const outbox = new Command('outbox').description('captures that wait to be sent');
  sub(outbox, 'list', 'what waits, was refused, or was set aside').action((options: Common) =>
    within(
      options,
      async (ctx, orgId) => ok(await listOutbox(ctx.store, orgId, true)),
      ({ items, pending, pausedSince }) =>
        [
          `${pending} waiting${pausedSince ? `, paused since ${pausedSince}` : ''}`,
          ...items.map((item) => `${item.id}  ${item.state}  ${item.attempts} attempts  ${item.lastError ?? ''}`),
        ].join('\n'),
    ),
  );
  for (const paused of [true, false]) {
    const name = paused ? 'pause' : 'resume';
    sub(outbox, name, paused ? 'send nothing until resumed' : 'send again').action((options: Common) =>
      within(
        options,
        async (ctx, orgId) => ok(await pauseOutbox(ctx.store, orgId, null, ctx.clock(), paused)),
        (changed) => (changed ? `${name}d` : `was ${name}d already`),
      ),
    );
  }
  personCommands(outbox);
  diskCommands(outbox);
  return outbox;
}

function personCommands(outbox: Command): void {
  sub(outbox, 'set-aside', 'take a capture out of the queue for good reason (it stays sealed here)')
    .argument('<nonce>')
    .requiredOption('--reason <text>', 'why')
    .action((nonce: string, options: Common & { reason: string }) =>
      within(
        options,
        (ctx, orgId) => setCaptureAside(ctx.store, ctx.clock, { orgId, nonce, by: null, reason: options.reason }),
        () => 'set aside',
      ),
    );
  sub(outbox, 'take-back', 'put a capture that was set aside back into the queue')
    .argument('<nonce>')
    .action((nonce: string, options: Common) =>
      within(
        options,
        (ctx, orgId) => takeCaptureBack(ctx.store, ctx.clock, { orgId, nonce, by: null }),
        () => 'waiting again',
      ),
    );
  sub(outbox, 'close-reversal', 'the customer was told of the official verdict')
    .argument('<nonce>')
    .action((nonce: string, options: Common) =>
      within(
        options,
        (ctx, orgId) => closeReversal(ctx.store, orgId, nonce, null, ctx.clock()),
        () => 'closed',
      ),
    );
}

function diskCommands(outbox: Command): void {
  sub(outbox, 'export', 'write what waits to a file for a removable disk, sealed to the hub')
    .requiredOption('--out <file>', 'must not exist yet')
    .action((options: Common & { out: string }) =>
      within(
        options,
        (ctx, orgId) => exportOutboxTo(ctx, orgId, options.out),
        ({ captures, unreadable }) =>
          `${captures} captures written${unreadable.length > 0 ? `, ${unreadable.length} unreadable` : ''}`,
      ),
    );
  sub(outbox, 'acknowledge', 'take the hub’s acknowledgement from a disk')
    .argument('<file>')
    .action((path: string, options: Common) =>
      within(
        options,
        (ctx) => acknowledgeFile(ctx, path),
        ({ delivered, refused }) => `${delivered} delivered, ${refused} refused`,
      ),
    );
}
