/** `loket keys list | rotate | provider | recovery | recover | head-office`: the keys of an installation, never their material. */
import { Command, Option } from 'commander';
import { fail, ok, type Result } from '../contract/result.ts';
import { newHeadOfficeKey, readHeadOfficePublicKey } from '../vault/head-office-key.ts';
import { registerHeadOfficeKey } from '../services/head-office/register-key.ts';
import { rotateKeys, rotateSigningKey, type RotationReport } from '../services/keys/rotate-keys.ts';
import { recordRecovery } from '../services/keys/record-recovery.ts';
import { writeShares } from '../services/keys/write-shares.ts';
import { openInstallation } from '../services/open-installation.ts';
import type { KeyChange } from '../vault/change-keys.ts';
import { chooseKeyProvider, keyProviderOf } from '../vault/key-providers/choose-key-provider.ts';
import type { KeyProvider } from '../vault/key-providers/key-provider.ts';
import { readInstallationFile } from '../vault/installation-file.ts';
import type { KeyInfo } from '../vault/keyring.ts';
import { changeKeyProvider, openVault } from '../vault/open-vault.ts';
import { makeRecoveryShares, readShareFile, recoverWithShares } from '../vault/recovery.ts';
import type { ServiceContext } from '../services/context.ts';
import { placesOf } from './places.ts';
import { complain, noVision, operatorOf, print, withInstallation } from './with-installation.ts';

interface Common {
  readonly data: string;
  readonly json?: boolean;
}

const dataOption = ['--data <dir>', 'data directory of the installation'] as const;
const jsonOption = ['--json', 'one JSON document on stdout'] as const;

export function keysCommand(): Command {
  const keys = new Command('keys').description('keys of the installation');
  keys
    .command('list')
    .description('list the keys: id, purpose, algorithm, age, state; never their material')
    .requiredOption(...dataOption)
    .option(...jsonOption)
    .action(list);
  keys
    .command('rotate')
    .description('new keys while the counter works; an open station gives the database its own within a minute')
    .requiredOption(...dataOption)
    .option('--root', 'a new master key too: programs that run must be started anew')
    .option('--desk', 'instead: a new signing key of the desk; the old one stays for what it signed')
    .option(...jsonOption)
    .action(rotate);
  keys
    .command('provider')
    .description('put the master key under another provider; both must be in the environment, data stays as it is')
    .requiredOption(...dataOption)
    .addOption(
      new Option('--to <kind>', 'key file, passphrase (LOKET_PASSPHRASE) or token (LOKET_PKCS11_*)')
        .choices(['file', 'passphrase', 'pkcs11'])
        .makeOptionMandatory(),
    )
    .option(...jsonOption)
    .action(provider);
  keys
    .command('recovery')
    .description('make a recovery key and write its three shares; any two of them open the installation')
    .requiredOption(...dataOption)
    .requiredOption('--out <dir>', 'folder for the three files; give each to another person')
    .option(...jsonOption)
    .action(recovery);
  keys
    .command('recover')
    .description('open an installation whose key was lost with two shares, and put it under the key given now')
    .requiredOption(...dataOption)
    .requiredOption('--share <file...>', 'file of a share; name two')
    .option('--prove', 'only prove that the shares open it; nothing is written')
    .option(...jsonOption)
    .action(recover);
  keys.addCommand(headOffice());
  return keys;
}

function headOffice(): Command {
  const command = new Command('head-office').description('the key bundles and customer keys are sealed to as well');
  command
    .command('new')
    .description('make a key pair: FILE is the secret of head office, FILE.pub is what branches register')
    .requiredOption('--out <file>', 'where the secret goes, e.g. head-office.key')
    .option(...jsonOption)
    .action(newPair);
  command
    .command('register')
    .description('register the public key of head office for an organisation')
    .requiredOption(...dataOption)
    .requiredOption('--public <file>', 'the .pub file')
    .option('--org <id>', 'which organisation, where there are several')
    .option(...jsonOption)
    .action(register);
  return command;
}

function changeOf(options: Common): KeyChange {
  return { dataDirectory: options.data, keyProvider: chooseKeyProvider(), clock: () => new Date() };
}

/** What `withInstallation` does, for work that has a value to go on with. */
async function withContext<T>(options: Common, work: (ctx: ServiceContext) => Promise<Result<T>>): Promise<Result<T>> {
  const place = placesOf();
  if (!place.ok) return place;
  const opened = await openInstallation({ dataDirectory: options.data, vision: noVision, ...place.value });
  if (!opened.ok) return opened;
  try {
    return await work(opened.value.context);
  } finally {
    await opened.value.close();
  }
}

async function list(options: Common): Promise<void> {
  const vault = await openVault({ ...changeOf(options), create: false });
  if (!vault.ok) return complain(vault.error);
  const keys = vault.value.inventory();
  const line = (key: KeyInfo): string =>
    [key.id.padEnd(22), key.state.padEnd(8), key.createdAt, key.retiredAt ?? '-'.padEnd(24), key.algorithm].join('  ');
  print({ keys }, options.json === true, keys.map(line).join('\n'));
}

async function provider(options: Common & { readonly to: KeyProvider['kind'] }): Promise<void> {
  const file = readInstallationFile(options.data);
  if (!file.ok) return complain(file.error);
  const held = file.value?.masterKey.provider ?? 'file';
  const [from, to] = [keyProviderOf(held), keyProviderOf(options.to)];
  if (from === null || to === null) {
    const missing = from === null ? held : options.to;
    return complain({
      code: 'key_provider_differs',
      message: `The environment lacks what the provider "${missing}" needs.`,
    });
  }
  const done = await changeKeyProvider(options.data, from, to);
  if (!done.ok) return complain(done.error);
  print({ provider: options.to, was: held }, options.json === true, `the master key is kept by "${options.to}" now`);
}

async function rotate(options: Common & { root?: boolean; desk?: boolean }): Promise<void> {
  if (options.desk === true) return rotateDesk(options);
  const done = await rotateKeys(changeOf(options), (work) => withContext(options, work), {
    masterKey: options.root === true,
  });
  if (!done.ok) return complain(done.error);
  print({ rotation: done.value }, options.json === true, inWords(done.value));
}

function inWords(report: RotationReport): string {
  const database = {
    rekeyed: 'the database has its new key',
    pending:
      'the database is open: the station or server gives it its new key within a minute (see `loket keys list`); another program must be closed first',
    none: 'the records are on a server: its own encryption is not ours to change',
  }[report.database];
  return [
    report.begun ? 'new keys made' : 'the rotation that broke off was ended',
    `${report.customerKeys} customers' keys and ${report.secrets} secrets moved`,
    ...(report.unreadableSecrets === 0 ? [] : [`${report.unreadableSecrets} secrets do not open: see loket doctor`]),
    database,
    ...(report.forgotten.length === 0 ? [] : [`forgotten: ${report.forgotten.join(', ')}`]),
  ].join('\n');
}

async function rotateDesk(options: Common): Promise<void> {
  const done = await withContext(options, (ctx) => rotateSigningKey(ctx, changeOf(options)));
  if (!done.ok) return complain(done.error);
  print({ desk: done.value }, options.json === true, `the desk signs with ${done.value.publicKey} from now on`);
}

async function recovery(options: Common & { out: string }): Promise<void> {
  const shares = await makeRecoveryShares(changeOf(options));
  if (!shares.ok) return complain(shares.error);
  const files = writeShares(shares.value, options.out);
  if (!files.ok) return complain(files.error);
  const setId = shares.value[0]?.setId ?? '';
  const noted = await withContext(options, (ctx) => recordRecovery(ctx, setId));
  if (!noted.ok) return complain(noted.error);
  const text = [...files.value, 'Any two open the installation. Give each to another person and keep none here.'].join(
    '\n',
  );
  print({ setId, files: files.value }, options.json === true, text);
}

async function recover(options: Common & { share: readonly string[]; prove?: boolean }): Promise<void> {
  const [first, second, ...more] = options.share.map((path) => readShareFile(path));
  if (first === undefined || second === undefined || more.length > 0)
    return complain({ code: 'validation_failed', message: 'name two shares: --share FILE --share FILE' });
  if (!first.ok) return complain(first.error);
  if (!second.ok) return complain(second.error);
  const onlyProve = options.prove === true;
  const done = await recoverWithShares(changeOf(options), [first.value, second.value], { onlyProve });
  if (!done.ok) return complain(done.error);
  const text = onlyProve ? 'the shares open this installation' : 'the installation opens with the key given now';
  print({ recovered: !onlyProve, ...done.value }, options.json === true, text);
}

async function newPair(options: { out: string; json?: boolean }): Promise<void> {
  const made = await newHeadOfficeKey(options.out);
  if (!made.ok) return complain(made.error);
  const { keyId, publicKey } = made.value;
  const text = `key ${keyId}\nsecret  ${options.out}\npublic  ${options.out}.pub`;
  print({ keyId, publicKey, secretFile: options.out, publicFile: `${options.out}.pub` }, options.json === true, text);
}

async function register(options: Common & { public: string; org?: string }): Promise<void> {
  const publicKey = await readHeadOfficePublicKey(options.public);
  if (!publicKey.ok) return complain(publicKey.error);
  await withInstallation(
    options.data,
    async (ctx) => {
      const actor = await operatorOf(ctx, options.org);
      if (!actor.ok) return actor;
      const done = await registerHeadOfficeKey(ctx, actor.value, publicKey.value);
      return done.ok ? ok(done.value) : fail(done.error.code, done.error.message);
    },
    (done) =>
      print(done, options.json === true, `key ${done.keyId} registered; ${done.customers} customers sealed to it`),
  );
}
