/** The consolidated list of the United Nations Security Council (XML). */
import type { PartialDate, SubjectType } from '../../contract/screening.ts';
import { ListProblem } from './list-problem.ts';
import { partial, rawEntry, readListDate, type ListHeader, type RawEntry } from './raw-entry.ts';
import { elementsAt, textAt, textsAt, xmlElements, type Element } from './xml-elements.ts';

export async function* readUn(path: string, header: ListHeader): AsyncGenerator<RawEntry> {
  const wanted = new Set(['INDIVIDUAL', 'ENTITY']);
  for await (const element of xmlElements(path, { root: 'CONSOLIDATED_LIST', wanted })) {
    if (element.name === 'CONSOLIDATED_LIST') header.publishedAt = element.attributes.dateGenerated ?? null;
    else {
      const entry = unEntry(element, element.name === 'INDIVIDUAL' ? 'person' : 'entity');
      if (entry !== null) yield entry;
    }
  }
}

function unEntry(element: Element, type: SubjectType): RawEntry | null {
  const id = textAt(element, 'DATAID');
  if (id === '') throw new ListProblem('list_malformed', 'an entry has no DATAID', element.line);
  const prefix = type === 'person' ? 'INDIVIDUAL' : 'ENTITY';
  const kind = textAt(element, 'UN_LIST_TYPE');
  const nuclear = /dprk|iran|1718|2231/iu.test(kind);
  const places = elementsAt(element, 'INDIVIDUAL_PLACE_OF_BIRTH');
  return rawEntry({
    sourceId: id,
    type,
    names: [
      ['FIRST_NAME', 'SECOND_NAME', 'THIRD_NAME', 'FOURTH_NAME'].map((part) => textAt(element, part)).join(' '),
      textAt(element, 'NAME_ORIGINAL_SCRIPT'),
      ...textsAt(element, `${prefix}_ALIAS`, 'ALIAS_NAME'),
    ],
    topics: ['sanction', ...(nuclear ? (['proliferation'] as const) : (['terrorism'] as const))],
    birthDates: elementsAt(element, 'INDIVIDUAL_DATE_OF_BIRTH').flatMap(datesOf),
    birthPlaces: places.map((place) => textAt(place, 'CITY')),
    countries: textsAt(element, 'NATIONALITY', 'VALUE'),
    idNumbers: textsAt(element, 'INDIVIDUAL_DOCUMENT', 'NUMBER'),
    addresses: elementsAt(element, `${prefix}_ADDRESS`).map((one) =>
      [textAt(one, 'STREET'), textAt(one, 'CITY'), textAt(one, 'COUNTRY')].filter(Boolean).join(', '),
    ),
    programme: [kind, textAt(element, 'REFERENCE_NUMBER')].filter(Boolean).join(' '),
    remarks: textAt(element, 'COMMENTS1'),
  });
}

/** A date, a year, or every year of a range of at most ten. */
function datesOf(element: Element): readonly (PartialDate | null)[] {
  const date = readListDate(textAt(element, 'DATE'));
  if (date !== null) return [date];
  const from = Number(textAt(element, 'FROM_YEAR'));
  const to = Number(textAt(element, 'TO_YEAR'));
  if (from > 0 && to >= from && to - from <= 10)
    return Array.from({ length: to - from + 1 }, (_, year) => partial(String(from + year)));
  return [readListDate(textAt(element, 'YEAR'))];
}
