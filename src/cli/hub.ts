/** `loket hub`: a desk joins its hub; the hub takes in what came on a disk and makes its own certificate. */
import { readFile, writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { fail, ok, type Result } from '../contract/result.ts';
import { cosignAtHub } from '../desk/sync/cosigning.ts';
import { enrolWithHub } from '../desk/sync/hub-link.ts';
import { dayMs } from '../services/context.ts';
import { importFromDisk } from '../services/desk-delivery/disk-exchange.ts';
import { hubIdentity } from '../services/desk-delivery/hub-identity.ts';
import { issueCertificate, tlsKeyOf } from '../vault/certificates.ts';
import { newEd25519Pair } from '../vault/ed25519.ts';
import { print, withInstallation } from './with-installation.ts';

const serverDays = 825;

export function hubCommand(): Command {
  const hub = new Command('hub').description('join a hub, or be one');
  hub
    .command('enrol')
    .description('answer a one-time code of head office; the desk gets a certificate to connect with')
    .requiredOption('--data <dir>', 'data directory of the desk')
    .requiredOption('--code <code>', 'as head office told it; within an hour, once')
    .option('--url <url>', 'address of the hub (default: LOKET_API_URL)')
    .option('--ca <file>', 'PEM of the authority of the hub’s certificate, where the system does not know it')
    .option('--json', 'one JSON document on stdout')
    .action((options: { data: string; code: string; url?: string; ca?: string; json?: boolean }) => enrol(options));
  hub
    .command('checkpoint')
    .description('have the hub cosign this desk’s audit log now')
    .requiredOption('--data <dir>', 'data directory of the desk')
    .action((options: { data: string }) =>
      withInstallation(options.data, cosignAtHub, ({ size }) => process.stdout.write(`cosigned: ${size} rows\n`)),
    );
  hub
    .command('import')
    .description('take in the captures of a desk’s disk; the same file twice changes nothing')
    .argument('<file>', 'written by `loket outbox export`')
    .requiredOption('--data <dir>', 'data directory of the hub')
    .requiredOption('--ack <file>', 'where the acknowledgement for the desk goes')
    .action((file: string, options: { data: string; ack: string }) => importDisk(file, options));
  hub
    .command('certificate')
    .description('make a server certificate under the hub’s own authority, for hubs without one of the bank')
    .argument('<host...>', 'names or addresses desks reach this hub by')
    .requiredOption('--data <dir>', 'data directory of the hub')
    .requiredOption('--out <prefix>', 'writes PREFIX.crt, PREFIX.key and PREFIX-ca.crt')
    .action((hosts: string[], options: { data: string; out: string }) => makeCertificate(hosts, options));
  return hub;
}

async function readBytes(path: string): Promise<Result<Uint8Array>> {
  try {
    return ok(new Uint8Array(await readFile(path)));
  } catch {
    return fail('validation_failed', 'the file cannot be read');
  }
}

async function enrol(options: {
  data: string;
  code: string;
  url?: string;
  ca?: string;
  json?: boolean;
}): Promise<void> {
  await withInstallation(
    options.data,
    async (ctx) => {
      const url = options.url ?? process.env['LOKET_API_URL'];
      if (url === undefined) return fail('validation_failed', 'name the hub with --url or LOKET_API_URL');
      const ca = options.ca === undefined ? ok(undefined) : await readBytes(options.ca);
      if (!ca.ok) return ca;
      const pem = ca.value === undefined ? {} : { ca: new TextDecoder().decode(ca.value) };
      return enrolWithHub(ctx, { url, code: options.code, ...pem });
    },
    ({ url, orgId, deskId }) =>
      print({ hub: url, orgId, deskId }, options.json === true, `enrolled with ${url} as ${deskId}`),
  );
}

async function importDisk(path: string, { data, ack }: { data: string; ack: string }): Promise<void> {
  const { openVisionInstallation } = await import('./with-vision.ts');
  await openVisionInstallation(
    data,
    async (ctx) => {
      const file = await readBytes(path);
      if (!file.ok) return file;
      const done = await importFromDisk(ctx, file.value);
      if (!done.ok) return done;
      await writeFile(ack, done.value.acknowledgement, { mode: 0o600 });
      return ok(done.value.answers);
    },
    (answers) => {
      const refused = answers.filter(({ delivery }) => delivery === null).length;
      process.stdout.write(`${answers.length - refused} taken in, ${refused} refused; acknowledgement written\n`);
    },
  );
}

async function makeCertificate(hosts: string[], { data, out }: { data: string; out: string }): Promise<void> {
  await withInstallation(
    data,
    async (ctx) => {
      const { authority } = await hubIdentity(ctx);
      const pair = newEd25519Pair();
      const from = ctx.clock();
      const period = { from, until: new Date(from.getTime() + serverDays * dayMs) };
      const subject = { commonName: hosts[0] ?? 'loket', publicKey: pair.publicKey, hosts };
      await writeFile(`${out}.crt`, await issueCertificate(authority, subject, period));
      await writeFile(`${out}.key`, tlsKeyOf(pair.seed), { mode: 0o600 });
      await writeFile(`${out}-ca.crt`, authority.certificate);
      return ok(true);
    },
    () => process.stdout.write(`written: ${out}.crt, ${out}.key, ${out}-ca.crt\n`),
  );
}
