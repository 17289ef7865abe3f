import type { CustomerRow } from '../repositories/customers.ts';

export const customerRowAt = '2026-11-20T03:00:00.000Z';

/** A row of a customer nobody has verified, in the organisation `org`. */
export const customerRow = (id: string, part: Partial<CustomerRow> = {}): CustomerRow => ({
  id,
  org_id: 'org',
  full_name: 'Name',
  nik: null,
  nik_index: null,
  nik_metadata: null,
  email: null,
  phone: null,
  external_ref: null,
  status: 'active',
  kyc_level: 'none',
  kyc_last_verified_at: null,
  kyc_expires_at: null,
  data_residency: 'id-jkt-1',
  created_at: customerRowAt,
  updated_at: customerRowAt,
  erased_at: null,
  ...part,
});
