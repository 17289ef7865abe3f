/** Who stands behind a company: by the list's own kind, else by the words of the role, Indonesian and English. */
import type { ListRelation, RelationKind } from '../../contract/screening.ts';

const directing = /direk|direct|komisaris|commissioner|board|presiden|chair|pengurus|\bceo\b|chief executive/iu;
const owning = /owner|shareholder|pemegang saham|pemilik|beneficial|pengendali/iu;

export function relationKind({ kind, role }: Pick<ListRelation, 'kind' | 'role'>): RelationKind {
  if (kind !== undefined) return kind;
  if (owning.test(role)) return 'shareholder';
  return directing.test(role) ? 'director' : 'other';
}
