/** One line of a population file: judged, then sealed. No message of this file ever repeats what a line says. */
import type { ImportProblem, ImportRefusal } from '../../contract/registry.ts';
import { registryIndex } from '../../connectors/registry-source/sealed-rows.ts';
import { dateExists } from '../../core/nik/decode-nik.ts';
import type { RegistryPerson } from '../../core/registry/compare-fields.ts';
import { readNik } from '../nik.ts';
import type { ServiceContext } from '../context.ts';

export const populationColumns = ['nik', 'name', 'birth_date', 'birth_place', 'address', 'photo'] as const;
export type PopulationColumn = (typeof populationColumns)[number];
/** The others may be missing from a file. */
export const requiredColumns: readonly PopulationColumn[] = ['nik', 'name', 'birth_date'];

const longest: Readonly<Record<PopulationColumn, number>> = {
  nik: 16,
  name: 200,
  birth_date: 10,
  birth_place: 100,
  address: 500,
  photo: 255,
};

export interface PopulationRow {
  readonly line: number;
  readonly nikIndex: string;
  readonly person: RegistryPerson;
  /** File name below the photo folder; empty = none. */
  readonly photo: string;
}

export type ReadRow = { readonly row: PopulationRow } | { readonly refusal: ImportRefusal };

/** `cells` in the order of `columns`, the header's. */
export function readPopulationRow(
  ctx: ServiceContext,
  orgId: string,
  columns: readonly PopulationColumn[],
  cells: readonly string[],
  line: number,
): ReadRow {
  const refuse = (reason: ImportProblem, column?: string): ReadRow => ({
    refusal: { line, reason, ...(column === undefined ? {} : { column }) },
  });
  if (cells.length < columns.length) return refuse('too_few_columns');
  if (cells.length > columns.length) return refuse('too_many_columns');
  const values: Partial<Record<PopulationColumn, string>> = {};
  for (const [at, column] of columns.entries()) {
    const value = cells[at]!.trim();
    if (value.includes('\uFFFD')) return refuse('not_utf8', column);
    if (value.length > longest[column]) return refuse(column === 'nik' ? 'nik_malformed' : 'field_too_long', column);
    values[column] = value;
  }
  const { nik = '', name = '', birth_date: birthDate = '' } = values;
  if (!/^[0-9]{16}$/.test(nik)) return refuse('nik_malformed', 'nik');
  if (!readNik(ctx, nik).consistent) return refuse('nik_impossible', 'nik');
  if (name === '') return refuse('name_missing', 'name');
  if (!/^\d{4}-\d{2}-\d{2}$/.test(birthDate) || !dateExists(birthDate))
    return refuse('birth_date_invalid', 'birth_date');
  const photo = values.photo ?? '';
  if (photo !== '' && !plainFileName(photo)) return refuse('photo_name_refused', 'photo');
  return {
    row: {
      line,
      nikIndex: registryIndex(ctx.vault, orgId, nik),
      person: { name, birthDate, birthPlace: values.birth_place ?? '', address: values.address ?? '' },
      photo,
    },
  };
}

/** Sub-folders are fine; anything that could leave the photo folder is not. */
function plainFileName(path: string): boolean {
  if (path.startsWith('/') || /[\\:\u0000-\u001f]/.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
