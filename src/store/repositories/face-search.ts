/** Reading enrolled templates for the 1:N search: what is new since the last look, and a few by id. */
import type { Db } from './types.ts';
import type { EnrolmentRow } from './enrolments.ts';

export type EnrolledTemplate = Pick<EnrolmentRow, 'id' | 'customer_id' | 'template' | 'created_at'>;

/** Where the last look ended. */
export interface FacePosition {
  readonly createdAt: string;
  readonly id: string;
}

const columns = ['id', 'customer_id', 'template', 'created_at'] as const;

/** Active templates of one model, oldest first, after `position`. */
export async function listTemplatesAfter(
  db: Db,
  orgId: string,
  modelId: string,
  position: FacePosition | null,
  limit: number,
): Promise<readonly EnrolledTemplate[]> {
  let query = db
    .selectFrom('enrolments')
    .select(columns)
    .where('org_id', '=', orgId)
    .where('model_id', '=', modelId)
    .where('active', '=', 1)
    .where('template', 'is not', null);
  if (position !== null)
    query = query.where((eb) =>
      eb.or([
        eb('created_at', '>', position.createdAt),
        eb.and([eb('created_at', '=', position.createdAt), eb('id', '>', position.id)]),
      ]),
    );
  return query.orderBy('created_at').orderBy('id').limit(limit).execute();
}

/** Those of the ids that are still active. */
export async function readTemplates(
  db: Db,
  orgId: string,
  ids: readonly string[],
): Promise<readonly EnrolledTemplate[]> {
  if (ids.length === 0) return [];
  return db
    .selectFrom('enrolments')
    .select(columns)
    .where('org_id', '=', orgId)
    .where('id', 'in', [...ids])
    .where('active', '=', 1)
    .where('template', 'is not', null)
    .execute();
}
