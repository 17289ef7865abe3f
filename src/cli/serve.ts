/** `loket serve`: the API on loopback, or elsewhere behind TLS. Stops in order on SIGTERM and SIGINT. */
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Command } from 'commander';
import pino from 'pino';
import { buildApi } from '../api/build-api.ts';
import { openTracing, type Tracing } from '../api/tracing.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { ServiceContext } from '../services/context.ts';
import { openFaceSearch } from '../services/duplicates/face-search.ts';
import { hubJobs } from '../services/jobs/hub-jobs.ts';
import { inProcessRunner } from '../services/jobs/in-process-runner.ts';
import type { Job, JobRunner } from '../services/jobs/job.ts';
import { queuedRunner } from '../services/jobs/queued-runner.ts';
import { hubIdentity } from '../services/desk-delivery/hub-identity.ts';
import { databaseKeyJob } from '../services/keys/database-key-job.ts';
import { openInstallation } from '../services/open-installation.ts';
import { startCallbackWorker } from '../services/providers/iluma-callbacks.ts';
import { createWebhookWorker } from '../services/webhooks/deliver.ts';
import { openJobQueue } from '../store/job-queue.ts';
import { chooseKeyProvider } from '../vault/key-providers/choose-key-provider.ts';
import { blobsOption } from './blobs-option.ts';
import { databaseOption } from './database-option.ts';
import { placesOf, type Places } from './places.ts';
import { complain } from './with-installation.ts';

interface Options {
  readonly data: string;
  readonly database?: string;
  readonly blobs?: string;
  readonly port: string;
  readonly host: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly production?: boolean;
  readonly drain: string;
  readonly publicUrl?: string;
}

const loopbackHosts = new Set(['127.0.0.1', 'localhost', '::1']);

export function serveCommand(): Command {
  return new Command('serve')
    .description('serve the API; the first line on stdout is {"listening": "<address>", …}')
    .requiredOption('--data <dir>', 'data directory of the installation')
    .addOption(databaseOption())
    .addOption(blobsOption())
    .option('--port <number>', '0 = any free port', '8443')
    .option('--host <address>', 'address to listen on; other than loopback needs TLS', '127.0.0.1')
    .option('--tls-cert <file>', 'certificate chain, PEM')
    .option('--tls-key <file>', 'private key, PEM')
    .option('--public-url <url>', 'address people know this server by, for passkeys and provider sign-in')
    .option('--drain <seconds>', 'after SIGTERM: say "stopping" on /readyz for so long, and still answer', '0')
    .option('--production', 'refuse weights that are for evaluation only')
    .action(async (options: Options) => {
      const started = await start(options);
      if (!started.ok) return complain(started.error);
      const { address, faceSearch } = started.value;
      process.stdout.write(`${JSON.stringify({ listening: address, faceSearch })}\n`);
      await untilStopped();
      await started.value.stop();
    });
}

async function readTls(options: Options): Promise<Result<{ cert: string; key: string } | null>> {
  if (options.tlsCert === undefined && options.tlsKey === undefined) {
    if (loopbackHosts.has(options.host)) return ok(null);
    return fail('validation_failed', 'listening beyond loopback needs --tls-cert and --tls-key');
  }
  if (options.tlsCert === undefined || options.tlsKey === undefined)
    return fail('validation_failed', '--tls-cert and --tls-key go together');
  try {
    return ok({ cert: await readFile(options.tlsCert, 'utf8'), key: await readFile(options.tlsKey, 'utf8') });
  } catch {
    return fail('validation_failed', 'the TLS certificate or key cannot be read');
  }
}

/** Behind TLS this is a hub: desks connect with certificates of its own authority. */
async function authorityOf(ctx: ServiceContext): Promise<string> {
  return (await hubIdentity(ctx)).authority.certificate;
}

interface Running {
  readonly address: string;
  /** How duplicate faces are searched here. */
  readonly faceSearch: string;
  stop(): Promise<void>;
}

async function start(options: Options): Promise<Result<Running>> {
  const port = Number(options.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    return fail('validation_failed', '--port is a number from 0 to 65535');
  const tls = await readTls(options);
  if (!tls.ok) return tls;
  const place = placesOf(options);
  if (!place.ok) return place;
  const publicUrl = readPublicUrl(options.publicUrl);
  if (!publicUrl.ok) return publicUrl;
  const logger = pino({ name: 'loket', level: process.env['LOKET_LOG_LEVEL'] ?? 'warn' }, pino.destination(2));
  const opened = await openInstallation({
    dataDirectory: options.data,
    ...place.value,
    production: options.production ?? false,
    logger,
  });
  if (!opened.ok) return opened;
  const installation = opened.value;
  try {
    const tracing = await openTracing(installation.context.version);
    if (!tracing.ok) {
      await installation.close();
      return tracing;
    }
    const faceSearch = await openFaceSearch(installation.context);
    const jobs = runnerFor(installation.context, place.value, tracing.value);
    let stopping = false;
    const app = await buildApi({
      context: installation.context,
      draining: () => stopping,
      jobs,
      ...(tracing.value === null ? {} : { tracing: tracing.value }),
      loopbackOnly: loopbackHosts.has(options.host),
      ...(tls.value === null ? {} : { tls: { ...tls.value, deskAuthority: await authorityOf(installation.context) } }),
      ...(publicUrl.value === null ? {} : { publicUrl: publicUrl.value }),
    });
    const webhooks = createWebhookWorker(installation.context);
    const stop = async (): Promise<void> => {
      stopping = true;
      // The balancer learns from /readyz that this one leaves, before it turns anybody away.
      await delay(drainMs(options.drain));
      await app.close();
      await Promise.all([webhooks.stop(), callbacks.stop(), jobs.stop()]);
      await tracing.value?.stop();
      await installation.close();
    };
    const address = await app.listen({ port, host: options.host });
    webhooks.start();
    const callbacks = startCallbackWorker(installation.context);
    await jobs.start();
    return ok({ address, faceSearch, stop });
  } catch (error) {
    await installation.close();
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    return fail('unavailable', `cannot listen on ${options.host}:${options.port} (${code})`);
  }
}

/** One process on its own file keeps its own clock; several on one server share a queue. */
function runnerFor(ctx: ServiceContext, { database }: Places, tracing: Tracing | null): JobRunner {
  const traced = (jobs: readonly Job[]): readonly Job[] => jobs.map((job) => tracing?.job(job) ?? job);
  const jobs = traced(hubJobs(ctx));
  if (database === undefined || !('connectionString' in database))
    return inProcessRunner([...jobs, ...traced([databaseKeyJob(ctx, chooseKeyProvider())])], ctx.logger);
  const onTrouble = (kind: string): void => ctx.logger.warn({ kind }, 'the job queue has trouble');
  return queuedRunner(openJobQueue(database, { onTrouble }), jobs, ctx.logger);
}

/** An origin: https, or http on this machine. */
function readPublicUrl(text: string | undefined): Result<string | null> {
  if (text === undefined) return ok(null);
  const url = URL.parse(text);
  const plain = url !== null && url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  if (plain && (url.protocol === 'https:' || (url.protocol === 'http:' && loopbackHosts.has(url.hostname))))
    return ok(url.origin);
  return fail('validation_failed', '--public-url is an address like https://loket.bank.id, without a path');
}

/** Never longer than a service manager waits. */
function drainMs(seconds: string): number {
  return Math.min(60, Math.max(0, Number(seconds) || 0)) * 1000;
}

/** A second signal does not wait. */
function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(1));
        resolve();
      });
    }
  });
}
