/**
 * `loket`: one program, sub-commands by name. A sub-command's code is loaded only when it is called, so that help is
 * quick and one broken room does not take the others down. Exit status: 0 done, 1 refused or negative, 2 unusable input.
 */
import { Command, CommanderError } from 'commander';

interface SubCommand {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

const subCommands: readonly SubCommand[] = [
  {
    name: 'init',
    summary: 'make an installation: database, organisation, admin, first API key',
    load: async () => (await import('./init.ts')).initCommand(),
  },
  { name: 'serve', summary: 'serve the API', load: async () => (await import('./serve.ts')).serveCommand() },
  {
    name: 'org',
    summary: 'organisations and their settings',
    load: async () => (await import('./org.ts')).orgCommand(),
  },
  {
    name: 'oidc',
    summary: "staff sign-in with the bank's own OpenID provider",
    load: async () => (await import('./oidc.ts')).oidcCommand(),
  },
  { name: 'users', summary: 'people who may sign in', load: async () => (await import('./users.ts')).usersCommand() },
  {
    name: 'onboard',
    summary: 'onboard one customer from picture files',
    load: async () => (await import('./onboard.ts')).onboardCommand(),
  },
  {
    name: 'models',
    summary: 'install and check the weights Loket uses',
    load: async () => (await import('./models.ts')).modelsCommand(),
  },
  {
    name: 'calibrate',
    summary: 'measure face matching on labelled image pairs',
    load: async () => (await import('./calibrate.ts')).calibrateCommand(),
  },
  {
    name: 'lists',
    summary: 'watchlists: take in, carry to branches, take out of force',
    load: async () => (await import('./lists.ts')).listsCommand(),
  },
  {
    name: 'screen',
    summary: 'screen one name against the lists in force',
    load: async () => (await import('./screen.ts')).screenCommand(),
  },
  {
    name: 'faces',
    summary: 'faces a counter must notice: own staff, people not served',
    load: async () => (await import('./faces.ts')).facesCommand(),
  },
  {
    name: 'jobs',
    summary: 'work that is done once a day',
    load: async () => (await import('./jobs.ts')).jobsCommand(),
  },
  {
    name: 'dukcapil',
    summary: 'verdicts of Dukcapil',
    load: async () => (await import('./dukcapil.ts')).dukcapilCommand(),
  },
  {
    name: 'provider',
    summary: 'GLAIR, AccuAuth, Iluma: clients that ask us, vendors we ask',
    load: async () => (await import('./provider.ts')).providerCommand(),
  },
  {
    name: 'registry',
    summary: 'the imported population table, registry sources and their use',
    load: async () => (await import('./registry.ts')).registryCommand(),
  },
  {
    name: 'keys',
    summary: 'keys of the installation: list, rotate, recover',
    load: async () => (await import('./keys.ts')).keysCommand(),
  },
  {
    name: 'bundle',
    summary: 'captures as files: export, verify, open',
    load: async () => (await import('./bundle.ts')).bundleCommand(),
  },
  {
    name: 'outbox',
    summary: 'captures that wait to be sent',
    load: async () => (await import('./outbox.ts')).outboxCommand(),
  },
  { name: 'hub', summary: 'join a hub, or be one', load: async () => (await import('./hub.ts')).hubCommand() },
  {
    name: 'fleet',
    summary: 'head office and its desks: state, settings, packs, wiping',
    load: async () => (await import('./fleet.ts')).fleetCommand(),
  },
  {
    name: 'backup',
    summary: 'write an encrypted backup while the station works',
    load: async () => (await import('./backup.ts')).backupCommand(),
  },
  {
    name: 'restore',
    summary: 'restore a backup into an empty directory',
    load: async () => (await import('./restore.ts')).restoreCommand(),
  },
  {
    name: 'doctor',
    summary: 'examine an installation and say what to do',
    load: async () => (await import('./doctor.ts')).doctorCommand(),
  },
  { name: 'audit', summary: 'the audit log', load: async () => (await import('./audit.ts')).auditCommand() },
];

/** Usage errors leave with 2, wherever in the tree they happen. */
function strict(command: Command): Command {
  command.exitOverride();
  for (const child of command.commands) strict(child);
  return command;
}

export async function run(args: readonly string[]): Promise<number> {
  const program = new Command('loket').description('identity counter of a bank branch').showHelpAfterError(false);
  const called = args.find((arg) => !arg.startsWith('-'));
  for (const sub of subCommands) {
    program.addCommand(sub.name === called ? await sub.load() : new Command(sub.name).description(sub.summary));
  }
  try {
    await strict(program).parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    process.stderr.write(`internal: ${error instanceof Error ? error.message.split('\n')[0] : 'unexpected error'}\n`);
    return 1;
  }
  return Number(process.exitCode ?? 0);
}

process.exitCode = await run(process.argv.slice(2));
