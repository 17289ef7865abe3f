/** The OpenAPI document as a Postman collection (format 2.1): a folder per tag, a request per operation, no secrets. */
import type { OpenApiDocument, Operation } from '../../src/api/plugins/open-api-document.ts';

const schema = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';

interface Parameter {
  readonly name?: string;
  readonly in?: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly example?: unknown;
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);

function urlOf(path: string, parameters: readonly Parameter[]) {
  const segments = path.slice(1).split('/');
  const query = parameters
    .filter((one) => one.in === 'query')
    .map((one) => ({
      key: one.name ?? '',
      value: textOf(one.example),
      disabled: one.required !== true,
      ...(one.description === undefined ? {} : { description: one.description }),
    }));
  const variable = parameters
    .filter((one) => one.in === 'path')
    .map((one) => ({ key: one.name ?? '', value: textOf(one.example) }));
  return {
    raw: `{{baseUrl}}${path.replace(/\{(\w+)\}/g, ':$1')}`,
    host: ['{{baseUrl}}'],
    path: segments.map((segment) => segment.replace(/^\{(\w+)\}$/, ':$1')),
    ...(query.length === 0 ? {} : { query }),
    ...(variable.length === 0 ? {} : { variable }),
  };
}

/** Operations no key may call need a signed-in person's cookie; the rest inherit the collection's key. */
function authOf(operation: Operation): object {
  const keys = (operation.security ?? []).some((one) => 'apiKey' in one);
  return keys ? {} : { auth: { type: 'noauth' } };
}

function requestOf(path: string, method: string, operation: Operation) {
  const parameters = (operation.parameters ?? []) as readonly Parameter[];
  const body = operation.requestBody?.content['application/json']?.example;
  return {
    name: operation.summary,
    request: {
      method: method.toUpperCase(),
      ...authOf(operation),
      header: body === undefined ? [] : [{ key: 'Content-Type', value: 'application/json' }],
      url: urlOf(path, parameters),
      description: operation.description,
      ...(body === undefined
        ? {}
        : { body: { mode: 'raw', raw: JSON.stringify(body, null, 2), options: { raw: { language: 'json' } } } }),
    },
    response: [],
  };
}

export function postmanCollection(document: OpenApiDocument) {
  const folders = (document.tags ?? []).map((tag) => ({
    name: tag.name,
    description: tag.description,
    item: Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, operation]) => operation.tags[0] === tag.name)
        .map(([method, operation]) => requestOf(path, method, operation)),
    ),
  }));
  return {
    info: { name: `${document.info.title} ${document.info.version}`, schema },
    auth: { type: 'bearer', bearer: [{ key: 'token', value: '{{apiKey}}', type: 'string' }] },
    variable: [
      { key: 'baseUrl', value: 'http://localhost:8443' },
      { key: 'apiKey', value: '' },
    ],
    item: folders,
  };
}
