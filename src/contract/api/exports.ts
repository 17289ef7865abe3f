/** Exports take the filters of the lists they come from, without the paging. */
import { Type } from 'typebox';
import { closed, type listQuery } from './common.ts';
import { CustomerListQuery } from './customers.ts';
import { AttemptsQuery } from './records.ts';

type Paging = keyof typeof listQuery;
const paging = ['page', 'limit', 'cursor'] as const satisfies readonly Paging[];

export const CustomersExportQuery = Type.Object({ ...Type.Omit(CustomerListQuery, [...paging]).properties }, closed);
export const VerificationsExportQuery = Type.Object({ ...Type.Omit(AttemptsQuery, [...paging]).properties }, closed);

const newline = '\r\n';

export const CustomersCsv = Type.String({
  description: 'CSV (RFC 4180), UTF-8, header first',
  examples: [
    `id,fullName,nik,email,phone,externalRef,status,kycLevel,kycLastVerifiedAt,kycExpiresAt,dataResidency,createdAt,updatedAt${newline}cus_01J8ZC2M3V9K6Q4T7W1XB5N0RD,SITI RAHMAWATI,3171044507900003,,'+6281234567890,core-000123,active,basic,2026-11-20T08:30:00.000Z,2027-11-20T08:30:00.000Z,id-jkt-1,2026-11-20T08:30:00.000Z,2026-11-20T08:30:00.000Z${newline}`,
  ],
});

export const VerificationsCsv = Type.String({
  description: 'CSV (RFC 4180), UTF-8, header first. `reasons` are codes, separated by spaces',
  examples: [
    `id,customerId,method,status,recordedStatus,score,reasons,captureId,operatorId,dataResidency,createdAt${newline}ver_01J8ZC2M3V9K6Q4T7W1XB5N0RD,cus_01J8ZC2M3V9K6Q4T7W1XB5N0RD,face_match,verified,pending,71,match_borderline,cap_01J8ZC2M3V9K6Q4T7W1XB5N0RD,,id-jkt-1,2026-11-20T08:30:00.000Z${newline}`,
  ],
});
