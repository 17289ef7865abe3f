/** Exports: CSV, streamed (api-decisions 19). */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import {
  CustomersCsv,
  CustomersExportQuery,
  VerificationsCsv,
  VerificationsExportQuery,
} from '../../contract/api/exports.ts';
import { ok } from '../../contract/result.ts';
import { exportCustomers, exportVerifications } from '../../services/export-records.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { DefineRoute } from '../define-route.ts';
import { filterOf } from '../lists.ts';

const csv = 'text/csv; charset=utf-8';
const about =
  'Streamed in batches: memory does not grow with the table. Cells a spreadsheet would take for a formula begin with an apostrophe. Recorded in the audit log.';

function attach(reply: FastifyReply, name: string, text: AsyncGenerator<string>): never {
  void reply.header('content-disposition', `attachment; filename="${name}"`);
  return Readable.from(text, { objectMode: false, highWaterMark: 64 * 1024 }) as never;
}

export function exportRoutes(define: DefineRoute, { context }: ApiDeps): void {
  define('GET /api/identity/export/customers.csv', {
    tag: 'records',
    summary: 'Export customers',
    description: about,
    query: CustomersExportQuery,
    answer: CustomersCsv,
    contentType: csv,
    errors: [],
    async handle({ actor, query, reply }) {
      return ok({ body: attach(reply, 'customers.csv', await exportCustomers(context, actor, filterOf(query))) });
    },
  });

  define('GET /api/identity/export/verifications.csv', {
    tag: 'records',
    summary: 'Export verifications',
    description: about,
    query: VerificationsExportQuery,
    answer: VerificationsCsv,
    contentType: csv,
    errors: [],
    async handle({ actor, query, reply }) {
      return ok({
        body: attach(reply, 'verifications.csv', await exportVerifications(context, actor, filterOf(query))),
      });
    },
  });
}
