/** Turns what Fastify, the validator and the store throw into the one error shape. Bugs are logged without their input. */
import type { FastifyError, FastifyInstance } from 'fastify';
import type { Logger } from '../../services/context.ts';
import { sendFailure } from '../send-error.ts';

interface ValidationIssue {
  readonly keyword?: string;
  readonly instancePath?: string;
  readonly message?: string;
  readonly params?: {
    readonly requiredProperties?: readonly string[];
    readonly additionalProperties?: readonly string[];
  };
}

const join = (path: string, member: string): string => (path === '' ? member : `${path}.${member}`);

/** `fieldErrors` by dotted path; the root is named `body`, `query` or `params`. */
export function fieldErrors(issues: readonly ValidationIssue[], context: string): Record<string, string[]> {
  // A member may be called `toString`: nothing is inherited here.
  const errors = Object.create(null) as Record<string, string[]>;
  const add = (field: string, message: string): void => {
    const known = (errors[field] ??= []);
    if (known.length < 5 && !known.includes(message)) known.push(message);
  };
  for (const issue of issues.slice(0, 50)) {
    const path = (issue.instancePath ?? '').split('/').filter(Boolean).join('.');
    if (issue.keyword === 'required')
      for (const name of issue.params?.requiredProperties ?? []) add(join(path, name), 'required');
    else if (issue.keyword === 'additionalProperties')
      for (const name of issue.params?.additionalProperties ?? []) add(join(path, name), 'unknown property');
    else if (issue.keyword !== 'boolean') add(path === '' ? context : path, issue.message ?? 'not valid');
  }
  return errors;
}

const known: Readonly<Record<string, { readonly code: string; readonly message: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'body_too_large', message: 'the body is too large' },
  FST_REQ_FILE_TOO_LARGE: { code: 'body_too_large', message: 'a file is too large' },
  FST_FILES_LIMIT: { code: 'body_too_large', message: 'too many files' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: 'unsupported_media_type', message: 'unsupported media type' },
};

export function installErrorHandler(app: FastifyInstance, logger: Logger): void {
  app.setNotFoundHandler((request, reply) => sendFailure(request, reply, { code: 'not_found', message: 'not found' }));
  app.setErrorHandler((error: FastifyError & { kind?: string }, request, reply) => {
    if (error.validation !== undefined) {
      const context = error.validationContext === 'querystring' ? 'query' : (error.validationContext ?? 'body');
      const details = { fieldErrors: fieldErrors(error.validation as readonly ValidationIssue[], context) };
      return sendFailure(request, reply, { code: 'validation_failed', message: 'validation failed', details });
    }
    const expected = known[error.code];
    if (expected !== undefined) return sendFailure(request, reply, expected);
    if (error.name === 'StoreError') {
      logger.error({ requestId: request.id, kind: error.kind }, 'store failed');
      return sendFailure(request, reply, { code: 'unavailable', message: 'the database is not available' });
    }
    if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
      return sendFailure(request, reply, { code: 'bad_request', message: 'the request could not be read' });
    }
    // A message may quote its input; the name, the place and the request id are enough to find a bug.
    logger.error(
      { requestId: request.id, error: error.name, code: error.code, at: placeOf(error) },
      'unexpected error',
    );
    return sendFailure(request, reply, { code: 'internal', message: 'internal error' });
  });
}

function placeOf(error: Error): readonly string[] {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .slice(0, 4)
    .map((line) => line.trim());
}
