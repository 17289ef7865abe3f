/** `loket fleet`: head office and its desks: who is there, settings, packs, wiping. */
import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { wipeModes, type WipeMode } from '../contract/fleet.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { Actor, ServiceContext } from '../services/context.ts';
import { allFleetDesks, fleetDesk, placeInBranch, type FleetDesk } from '../services/fleet/fleet-desks.ts';
import { replaceFleetKey } from '../services/fleet/fleet-key.ts';
import { listPacks, offerPack, withdrawPack } from '../services/fleet/offer-pack.ts';
import { publishedSettings, publishSettings, type PublishedSettings } from '../services/fleet/publish-settings.ts';
import { cancelWipe, orderWipe } from '../services/fleet/wipes.ts';
import { revokeDesk } from '../services/admin/desks.ts';
import { installedVisionOptions } from '../vision/open-vision.ts';
import { asOperator, organisationOptions, print, type OrganisationOptions } from './with-installation.ts';

export function fleetCommand(): Command {
  const fleet = new Command('fleet').description('head office and its desks');
  deskCommands(fleet);
  settingsCommands(fleet.command('settings').description('settings head office sends to its desks'));
  packCommands(fleet.command('packs').description('lists and weights head office offers to its desks'));
  organisationOptions(fleet.command('new-key'))
    .description('sign with a new fleet key from now on; desks follow by the hub’s word')
    .action((options: OrganisationOptions) =>
      run(
        options,
        async (ctx, actor) => ok((await replaceFleetKey(ctx, actor)).generation),
        (generation) => `fleet key of generation ${generation}`,
      ),
    );
  return fleet;
}

function deskCommands(fleet: Command): void {
  organisationOptions(fleet.command('desks'))
    .description('desks with their state; exit status 1 when one is in trouble')
    .action((options: OrganisationOptions) => run(options, allDesks, desksText));
  organisationOptions(fleet.command('place'))
    .description('say in which branch a desk stands')
    .argument('<desk>', 'id of the desk')
    .requiredOption('--branch <name>', 'settings can address a branch')
    .action((id: string, options: OrganisationOptions & { readonly branch: string }) =>
      run(options, (ctx, actor) => placeInBranch(ctx, actor, id, options.branch), deskText),
    );
  organisationOptions(fleet.command('revoke'))
    .description('refuse a desk from its next request on')
    .argument('<desk>', 'id of the desk')
    .requiredOption('--reason <text>', 'goes on record')
    .action((id: string, options: OrganisationOptions & { readonly reason: string }) =>
      run(
        options,
        (ctx, actor) => revokeDesk(ctx, actor, id, options.reason),
        ({ name }) => `${name}: revoked`,
      ),
    );
  organisationOptions(fleet.command('wipe'))
    .description('order a desk’s keys destroyed; --confirm NAME repeats the name of the desk')
    .argument('<desk>', 'id of the desk')
    .requiredOption('--reason <text>', 'goes on record')
    .requiredOption('--confirm <name>', 'name of the desk, as `loket fleet desks` shows it')
    .addOption(
      new Option('--mode <mode>', 'what becomes of captures that wait')
        .choices([...wipeModes])
        .default('deliver_first'),
    )
    .option('--grace <minutes>', 'how long it may go on delivering first', '60')
    .action((id: string, options: WipeOptions) =>
      run(options, (ctx, actor) => wipe(ctx, actor, id, options), wipeText),
    );
  organisationOptions(fleet.command('cancel-wipe'))
    .description('take the order back; what a desk has destroyed stays destroyed')
    .argument('<desk>', 'id of the desk')
    .action((id: string, options: OrganisationOptions) =>
      run(
        options,
        (ctx, actor) => cancelWipe(ctx, actor, id),
        ({ sentAt }) => `taken back${sentAt === null ? '' : '; the desk had been told already'}`,
      ),
    );
}

interface WipeOptions extends OrganisationOptions {
  readonly reason: string;
  readonly confirm: string;
  readonly mode: WipeMode;
  readonly grace: string;
}

async function wipe(ctx: ServiceContext, actor: Actor, id: string, options: WipeOptions) {
  const desk = await fleetDesk(ctx, actor, id);
  if (!desk.ok) return desk;
  if (desk.value.name !== options.confirm) return fail('validation_failed', 'that is not the name of this desk');
  const graceMinutes = Number(options.grace);
  if (!(Number.isInteger(graceMinutes) && graceMinutes >= 0 && graceMinutes <= 10_080))
    return fail('validation_failed', '--grace is a number of minutes from 0 to 10080');
  const { mode, reason } = options;
  return orderWipe(ctx, actor, id, { mode, reason, graceMinutes });
}

function wipeText({
  id,
  mode,
  graceMinutes,
}: {
  readonly id: string;
  readonly mode: string;
  readonly graceMinutes: number;
}): string {
  return `ordered (${id}, ${mode}${mode === 'deliver_first' ? `, ${graceMinutes} minutes of grace` : ''}); the desk hears it with its next beat`;
}

async function allDesks(ctx: ServiceContext, actor: Actor): Promise<Result<readonly FleetDesk[]>> {
  const desks = await allFleetDesks(ctx, actor);
  if (desks.some(({ state }) => state === 'trouble')) process.exitCode = 1;
  return ok(desks);
}

function desksText(desks: readonly FleetDesk[]): string {
  return desks.length === 0 ? 'no desks' : desks.map(deskText).join('\n');
}

function deskText(desk: FleetDesk): string {
  const { report } = desk;
  const facts =
    report === null
      ? ''
      : `  ${report.version}  ${report.outbox.pending} waiting  settings ${report.settings?.version ?? '-'}`;
  const why = desk.findings.map(({ code, about }) => (about === undefined ? code : `${code} (${about})`)).join(', ');
  return `${desk.id}  ${desk.name}  ${desk.branch ?? '-'}  ${desk.state}  ${desk.seenAt ?? 'never seen'}${facts}${why === '' ? '' : `\n    ${why}`}`;
}

function settingsCommands(settings: Command): void {
  organisationOptions(settings.command('publish'))
    .description('sign settings and send them out (schema: resources/packaging/fleet-settings.schema.json)')
    .argument('<file>', 'JSON')
    .action((path: string, options: OrganisationOptions) =>
      run(
        options,
        async (ctx, actor) => {
          const file = await readJson(path);
          return file.ok ? publishSettings(ctx, actor, file.value) : file;
        },
        issueText,
      ),
    );
  organisationOptions(settings.command('list'))
    .description('the last issues, newest first')
    .action((options: OrganisationOptions) =>
      run(
        options,
        async (ctx, actor) => ok(await publishedSettings(ctx, actor)),
        (issues) => (issues.length === 0 ? 'nothing published' : issues.map(issueText).join('\n')),
      ),
    );
}

function issueText({ version, target, expiresAt, rules }: PublishedSettings): string {
  const whom = target.deskId ?? (target.branch === null ? 'all desks' : `branch ${target.branch}`);
  return `version ${version} for ${whom}, until ${expiresAt}: ${Object.keys(rules).join(', ') || 'nothing'}`;
}

async function readJson(path: string): Promise<Result<unknown>> {
  try {
    return ok(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return fail('validation_failed', 'the file cannot be read, or is no JSON');
  }
}

function packCommands(packs: Command): void {
  organisationOptions(packs.command('offer'))
    .description('offer a list pack (`loket lists export-pack`) or weights of this program’s manifest')
    .argument('<file>', 'the pack')
    .option('--key <base64url>', 'public key of the installation that signed a list pack, where it is not this one')
    .action((path: string, options: OrganisationOptions & { readonly key?: string }) =>
      run(
        options,
        (ctx, actor) => {
          const installed = installedVisionOptions();
          const manifest = installed.ok ? installed.value.manifest : null;
          return offerPack(ctx, actor, { path, manifest, key: options.key });
        },
        ({ id, kind, name, sequence, sha256 }) => `${id}: ${kind} ${name}, offer ${sequence}, sha256 ${sha256}`,
      ),
    );
  organisationOptions(packs.command('list'))
    .description('what is or was on offer, newest first')
    .action((options: OrganisationOptions) =>
      run(
        options,
        async (ctx, actor) => ok(await listPacks(ctx, actor)),
        (all) =>
          all.length === 0
            ? 'nothing on offer'
            : all
                .map(
                  ({ id, kind, name, sequence, version, state }) =>
                    `${id}  ${kind} ${name} ${version}  offer ${sequence}  ${state}`,
                )
                .join('\n'),
      ),
    );
  organisationOptions(packs.command('withdraw'))
    .description('offer a pack no longer; desks that took it keep it')
    .argument('<pack>', 'id of the pack')
    .action((id: string, options: OrganisationOptions) =>
      run(
        options,
        (ctx, actor) => withdrawPack(ctx, actor, id),
        ({ name, sequence }) => `${name}, offer ${sequence}: withdrawn`,
      ),
    );
}

async function run<T>(
  options: OrganisationOptions,
  work: (ctx: ServiceContext, actor: Actor) => Promise<Result<T>>,
  text: (value: T) => string,
): Promise<void> {
  await asOperator(options, work, (value) => print(value, options.json === true, text(value)));
}
