/**
 * OpenTelemetry traces, off unless `OTEL_EXPORTER_OTLP_ENDPOINT` (or `…_TRACES_ENDPOINT`) is set. A span says which route, which
 * method, which status and how long; never a path with its ids, a query, a header or a body. The SDK is loaded only
 * then, and what it exports (OTLP over HTTP, JSON) goes out through our own client.
 */
import type { Context, Span } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { sendHttp } from '../connectors/http/http-client.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { Job } from '../services/jobs/job.ts';

export interface Tracing {
  /** A span for each request; a `traceparent` of the caller is its parent. */
  install(app: FastifyInstance): void;
  /** The same job, with a span for each run. */
  job(job: Job): Job;
  /** Sends what is left. */
  stop(): Promise<void>;
}

interface Destination {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Null: traces are off. Errors: `validation_failed`, `unavailable` (the packages are not there). */
export async function openTracing(
  version: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Result<Tracing | null>> {
  const destination = destinationOf(env);
  if (destination === null) return ok(null);
  if (!destination.ok) return destination;
  try {
    return ok(await start(destination.value, version, env));
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return fail('unavailable', 'traces need the packages @opentelemetry/*');
  }
}

function destinationOf(env: NodeJS.ProcessEnv): Result<Destination> | null {
  if (env['OTEL_SDK_DISABLED'] === 'true') return null;
  const base = env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  const own = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
  const text = own || (base ? `${base.replace(/\/+$/, '')}/v1/traces` : '');
  if (text === '') return null;
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    return fail('validation_failed', 'OTEL_EXPORTER_OTLP_ENDPOINT is an address like https://collector.bank.id:4318');
  const headers: Record<string, string> = {};
  for (const pair of (env['OTEL_EXPORTER_OTLP_HEADERS'] ?? '').split(',')) {
    const at = pair.indexOf('=');
    if (at > 0) headers[pair.slice(0, at).trim().toLowerCase()] = decodeURIComponent(pair.slice(at + 1).trim());
  }
  return ok({ url: url.href, headers });
}

const traceparent = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const spanOf = Symbol('span');
type Traced = FastifyRequest & { [spanOf]?: Span };

async function start(destination: Destination, version: string, env: NodeJS.ProcessEnv): Promise<Tracing> {
  const { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } = await import('@opentelemetry/api');
  const { BatchSpanProcessor, ParentBasedSampler, TraceIdRatioBasedSampler, TracerProvider } =
    await import('@opentelemetry/sdk-trace');
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  const { JsonTraceSerializer } = await import('@opentelemetry/otlp-transformer');
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': env['OTEL_SERVICE_NAME'] || 'loket-hub',
      'service.version': version,
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratioOf(env)) }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: exporterTo(destination, (spans) => JsonTraceSerializer.serializeRequest(spans)),
      }),
    ],
  });
  const tracer = provider.getTracer('loket', version);
  const parentOf = (request: FastifyRequest): Context => {
    const [, traceId, spanId, flags] = traceparent.exec(String(request.headers['traceparent'] ?? '')) ?? [];
    if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT;
    return trace.setSpanContext(ROOT_CONTEXT, {
      traceId,
      spanId,
      traceFlags: Number.parseInt(flags, 16),
      isRemote: true,
    });
  };
  return {
    install(app) {
      app.addHook('onRequest', (request: Traced, _reply, done) => {
        const route = request.routeOptions.url ?? 'unknown';
        request[spanOf] = tracer.startSpan(
          `${request.method} ${route}`,
          { kind: SpanKind.SERVER, attributes: { 'http.request.method': request.method, 'http.route': route } },
          parentOf(request),
        );
        done();
      });
      app.addHook('onResponse', (request: Traced, reply, done) => {
        const span = request[spanOf];
        span?.setAttribute('http.response.status_code', reply.statusCode);
        if (reply.statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
        span?.end();
        done();
      });
    },
    job: (job) => ({
      ...job,
      async run(stop) {
        const span = tracer.startSpan(`job ${job.name}`, { kind: SpanKind.INTERNAL }, ROOT_CONTEXT);
        try {
          await job.run(stop);
        } catch (error) {
          span.setStatus({ code: SpanStatusCode.ERROR });
          throw error;
        } finally {
          span.end();
        }
      },
    }),
    // What a collector that is away did not take is lost; stopping must not fail for it.
    stop: () => provider.shutdown().catch(() => undefined),
  };
}

function ratioOf(env: NodeJS.ProcessEnv): number {
  const ratio = Number(env['OTEL_TRACES_SAMPLER_ARG'] ?? '1');
  return ratio >= 0 && ratio <= 1 ? ratio : 1;
}

interface Exporter {
  export(spans: ReadableSpan[], done: (result: { code: 0 | 1 }) => void): void;
  shutdown(): Promise<void>;
}

/** A collector that is away costs its spans, nothing else. */
function exporterTo(
  { url, headers }: Destination,
  serialize: (spans: ReadableSpan[]) => Uint8Array | undefined,
): Exporter {
  const underWay = new Set<Promise<unknown>>();
  return {
    export(spans, done) {
      const sent = sendHttp({
        url,
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: serialize(spans) ?? new Uint8Array(),
        times: { connect: 5_000, headers: 5_000, idle: 5_000 },
      })
        .then((answer) => done({ code: answer.ok && answer.value.status < 300 ? 0 : 1 }))
        .finally(() => underWay.delete(sent));
      underWay.add(sent);
    },
    async shutdown() {
      await Promise.all(underWay);
    },
  };
}
