/** Customers, search and their KYC standing. */
import { dataOf, listOf } from '../../contract/api/common.ts';
import {
  CreateCustomerBody,
  CustomerListQuery,
  CustomerPageSchema,
  CustomerParams,
  CustomerSchema,
  KycParams,
  KycSchema,
  SearchQuery,
  UpgradeBody,
} from '../../contract/api/customers.ts';
import { ok } from '../../contract/result.ts';
import { createCustomer } from '../../services/create-customer.ts';
import { getCustomer, listCustomers } from '../../services/get-customer.ts';
import { getKyc } from '../../services/get-kyc.ts';
import { searchCustomers } from '../../services/search-customers.ts';
import { upgradeKyc } from '../../services/upgrade-kyc.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { DefineRoute } from '../define-route.ts';
import { filterOf, listBody, sliceOf } from '../lists.ts';

export function customerRoutes(define: DefineRoute, { context }: ApiDeps): void {
  define('GET /api/customers', {
    tag: 'customers',
    summary: 'List customers',
    query: CustomerListQuery,
    answer: listOf(CustomerSchema),
    errors: [],
    async handle({ actor, query }) {
      const slice = sliceOf(query);
      if (!slice.ok) return slice;
      return ok({ body: listBody(await listCustomers(context, actor, filterOf(query), slice.value), slice.value) });
    },
  });

  define('POST /api/customers', {
    tag: 'customers',
    summary: 'Create a customer',
    description:
      'A NIK that is there must be self-consistent and new in the organisation; it produces a `nik_format` verification and lifts the tier to basic.',
    body: CreateCustomerBody,
    answer: dataOf(CustomerSchema),
    status: 201,
    errors: ['nik_invalid', 'customer_exists', 'external_ref_exists', 'idempotency_conflict'],
    async handle({ actor, body, remember }) {
      // With the customer or not at all: a process that dies in between must not make him twice.
      const created = await createCustomer(context, actor, body, (trx, data) => remember(trx, { data }));
      return created.ok ? ok({ body: { data: created.value } }) : created;
    },
  });

  define('GET /api/identity/customers/{id}', {
    tag: 'customers',
    summary: 'Read a customer',
    description: 'Reading personal data is recorded in the audit log.',
    params: CustomerParams,
    answer: dataOf(CustomerPageSchema),
    errors: ['not_found'],
    etag: true,
    async handle({ actor, params }) {
      const found = await getCustomer(context, actor, params.id);
      return found.ok ? ok({ body: { data: found.value } }) : found;
    },
  });

  define('GET /api/identity/search', {
    tag: 'customers',
    summary: 'Search customers',
    query: SearchQuery,
    answer: listOf(CustomerSchema),
    errors: [],
    async handle({ actor, query }) {
      const slice = sliceOf(query);
      if (!slice.ok) return slice;
      return ok({ body: listBody(await searchCustomers(context, actor, query.q, slice.value), slice.value) });
    },
  });

  define('GET /api/identity/kyc/{customerId}', {
    tag: 'kyc',
    summary: 'Tier, verifications and history',
    description: 'Dukcapil with an earlier match but without liveness stays standard: the ladder wins.',
    params: KycParams,
    answer: KycSchema,
    errors: ['not_found'],
    etag: true,
    async handle({ actor, params }) {
      const kyc = await getKyc(context, actor, params.customerId);
      return kyc.ok ? ok({ body: kyc.value as never }) : kyc;
    },
  });

  define('POST /api/identity/kyc/{customerId}/upgrade', {
    tag: 'kyc',
    summary: 'Re-evaluate the tier',
    params: KycParams,
    body: UpgradeBody,
    answer: KycSchema,
    errors: ['not_found', 'customer_archived', 'already_at_tier', 'tier_requirements_missing', 'idempotency_conflict'],
    async handle({ actor, params, body }) {
      const done = await upgradeKyc(context, actor, { ...body, customerId: params.customerId });
      if (!done.ok) return done;
      const kyc = await getKyc(context, actor, params.customerId);
      return kyc.ok ? ok({ body: kyc.value as never }) : kyc;
    },
  });
}
