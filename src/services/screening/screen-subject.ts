/** A customer against the lists in force, as a fact: clear, hits, or unavailable. Looked up outside of transactions. */
import type { ListReference, ScreeningHit } from '../../contract/screening.ts';
import { findOrganisation } from '../../store/repositories/organisations.ts';
import type { ServiceContext } from '../context.ts';
import { screenName } from './screen-name.ts';
import { screeningPolicy } from './watchlists.ts';

export interface Subject {
  readonly name: string;
  /** ISO date. */
  readonly birthDate?: string | undefined;
  readonly birthPlace?: string | undefined;
  readonly nik?: string | undefined;
}

export type ScreeningOutcome =
  | { readonly state: 'clear'; readonly lists: readonly ListReference[] }
  | {
      readonly state: 'hits';
      readonly lists: readonly ListReference[];
      readonly hits: readonly ScreeningHit[];
      readonly subject: Subject;
    }
  /** `required`: the organisation lets nobody pass unscreened. */
  | { readonly state: 'unavailable'; readonly code: string; readonly required: boolean };

/** A holder of a NIK is Indonesian. A missing name is a missing fact. */
export async function screenSubject(
  ctx: ServiceContext,
  orgId: string,
  subject: Subject | null,
): Promise<ScreeningOutcome> {
  const organisation = await findOrganisation(ctx.store.db, orgId);
  const policy = organisation === null ? null : screeningPolicy(organisation.settings);
  const required = policy?.required ?? true;
  if (subject === null || subject.name.trim() === '') return { state: 'unavailable', code: 'name_missing', required };
  const { name, birthDate, birthPlace, nik } = subject;
  const dated = birthDate !== undefined && /^\d{4}-\d{2}-\d{2}$/u.test(birthDate);
  const answer = await screenName(ctx, {
    orgId,
    name,
    type: 'person',
    ...(dated ? { dob: birthDate } : {}),
    ...(birthPlace === undefined ? {} : { place: birthPlace }),
    ...(nik === undefined ? {} : { idNumber: nik, nationality: 'id' }),
    ...(policy === null ? {} : { threshold: policy.threshold }),
  });
  if (!answer.ok) return { state: 'unavailable', code: answer.error.code, required };
  const { hits, lists } = answer.value;
  return hits.length === 0 ? { state: 'clear', lists } : { state: 'hits', lists, hits, subject };
}
