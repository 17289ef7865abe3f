/** A customer as the record shows him. */
import type { KycTier } from '../contract/vocabulary.ts';
import type { CustomerRow } from '../store/repositories/customers.ts';

/** What the digits of the NIK say. */
export interface NikMetadata {
  readonly provinceCode: string | null;
  readonly province: string | null;
  readonly regency: string | null;
  readonly district: string | null;
  readonly birthDate: string | null;
  readonly sex: string | null;
}

export interface CustomerRecord {
  readonly id: string;
  readonly fullName: string;
  readonly nik: string | null;
  readonly nikMetadata: NikMetadata | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly externalRef: string | null;
  readonly status: CustomerRow['status'];
  readonly kycLevel: KycTier;
  readonly kycLastVerifiedAt: string | null;
  readonly kycExpiresAt: string | null;
  readonly dataResidency: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export function customerView(row: CustomerRow): CustomerRecord {
  return {
    id: row.id,
    fullName: row.full_name,
    nik: row.nik,
    nikMetadata: row.nik_metadata === null ? null : (JSON.parse(row.nik_metadata) as NikMetadata),
    email: row.email,
    phone: row.phone,
    externalRef: row.external_ref,
    status: row.status,
    kycLevel: row.kyc_level as KycTier,
    kycLastVerifiedAt: row.kyc_last_verified_at,
    kycExpiresAt: row.kyc_expires_at,
    dataResidency: row.data_residency,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
