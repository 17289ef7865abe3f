import type { ReviewView } from '../../../contract/desk/answers.ts';
import type { CaseField } from '../../../contract/desk/review-desk.ts';
import type { KtpFieldName } from '../../../contract/vocabulary.ts';
import { useText } from '../../i18n/messages.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { DecodedNik } from '../../ui/decoded-nik.tsx';
import { groupNik } from '../../ui/nik.tsx';
import { toPrint } from '../onboarding/field-values.ts';

/** Which field a contradiction of the NIK belongs to: it is said where the eye already is. */
const contradicts: Readonly<Record<string, KtpFieldName>> = {
  nik_sex_differs: 'sex',
  nik_birth_date_differs: 'birthDate',
  nik_region_differs: 'district',
  nik_region_historic: 'province',
  nik_region_unknown: 'nik',
  nik_malformed: 'nik',
  nik_differs_from_record: 'nik',
  duplicate_customer: 'nik',
};

function shown(name: KtpFieldName, value: string): string {
  return name === 'nik' ? groupNik(value) : toPrint(name, value);
}

/** What stands in the record beside what was first read, who changed it, and where the NIK says otherwise. */
export function CaseFields({ view, fields }: { readonly view: ReviewView; readonly fields: readonly CaseField[] }) {
  const text = useText();
  const reasons = [...(view.nik?.reasons ?? []), ...view.reasons];
  const notes = (name: KtpFieldName) => [
    ...new Set(reasons.filter(({ code }) => contradicts[code] === name).map(({ code }) => text.reason(code))),
  ];
  return (
    <section className="stack-tight" data-testid="case-fields">
      <h2>{text('review.fields')}</h2>
      {view.nik === null ? null : <DecodedNik nik={{ ...view.nik, reasons: [] }} />}
      <DataTable
        label={text('review.fields')}
        testId="case-field"
        rows={fields}
        rowId={(field) => field.name}
        rowState={(field) => (field.correctedBy === null ? 'as-read' : 'corrected')}
        empty={<p className="muted">{text('review.noFields')}</p>}
        columns={[
          { id: 'name', title: text('fields.name'), cell: (field) => text(`field.${field.name}`) },
          {
            id: 'value',
            title: text('fields.value'),
            cell: (field) => (
              <>
                <span className={field.name === 'nik' ? 'mono' : undefined}>{shown(field.name, field.value)}</span>
                {notes(field.name).map((note) => (
                  <div key={note} className="small word-review" data-testid="contradiction">
                    {note}
                  </div>
                ))}
              </>
            ),
          },
          {
            id: 'original',
            title: text('fields.original'),
            cell: (field) => {
              if (field.original === null) return <span className="muted">{text('fields.notRead')}</span>;
              if (field.original === field.value) return <span className="muted">{text('fields.same')}</span>;
              return (
                <del className={field.name === 'nik' ? 'mono' : undefined}>{shown(field.name, field.original)}</del>
              );
            },
          },
          {
            id: 'confidence',
            title: text('fields.confidence'),
            number: true,
            cell: (field) => (field.confidence === null ? '–' : `${text.number(field.confidence * 100)} %`),
          },
          {
            id: 'by',
            title: text('fields.by'),
            cell: (field) =>
              field.correctedBy === null ? null : (
                <>
                  {field.correctedBy}
                  {field.correctedAt === null ? null : (
                    <span className="muted small"> {text.dateTime(field.correctedAt)}</span>
                  )}
                </>
              ),
          },
        ]}
      />
    </section>
  );
}
