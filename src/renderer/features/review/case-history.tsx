import { ArrowRight } from 'lucide-react';
import type { CustomerView } from '../../../contract/desk/answers.ts';
import type { CaseHistory as History } from '../../../contract/desk/review-desk.ts';
import { useText } from '../../i18n/messages.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { Badge } from '../../ui/notice.tsx';
import { TierBadge } from '../../ui/tier-badge.tsx';
import { checkTone } from './status-tone.ts';

interface CaseHistoryProps {
  readonly history: History;
  readonly tiers: CustomerView['history'];
  readonly onOpenCase: (id: string) => void;
}

/** What is known of the customer from before: checks, tiers and other cases. */
export function CaseHistory({ history, tiers, onOpenCase }: CaseHistoryProps) {
  const text = useText();
  return (
    <section className="stack-tight" data-testid="case-history">
      <h2>{text('history.title')}</h2>
      <DataTable
        label={text('customers.verifications')}
        testId="history-check"
        rows={history.verifications}
        rowId={(row) => row.id}
        rowState={(row) => row.status}
        empty={<p className="muted">{text('customers.noVerifications')}</p>}
        columns={[
          {
            id: 'method',
            title: text('customers.method'),
            cell: (row) => (
              <>
                {text(`method.${row.method}`)}
                {row.ofThisCase ? <span className="muted small"> · {text('history.ofThisCase')}</span> : null}
              </>
            ),
          },
          {
            id: 'status',
            title: text('customers.status'),
            cell: (row) => (
              <span className="row tight">
                <Badge tone={checkTone[row.status]}>{text(`verification.${row.status}`)}</Badge>
                {row.recorded === row.status ? null : <span className="muted small">{text('history.byPerson')}</span>}
              </span>
            ),
          },
          {
            id: 'score',
            title: text('customers.score'),
            number: true,
            cell: (row) => (row.score === null ? '–' : text.number(row.score)),
          },
          { id: 'time', title: text('customers.time'), cell: (row) => text.dateTime(row.createdAt) },
        ]}
      />
      <h3>{text('customers.history')}</h3>
      {tiers.length === 0 ? <p className="muted">{text('customers.noHistory')}</p> : null}
      <TierSteps tiers={tiers} />
      <h3>{text('history.cases')}</h3>
      {history.cases.length === 0 ? <p className="muted">{text('history.noCases')}</p> : null}
      <CaseLinks cases={history.cases} onOpen={onOpenCase} />
    </section>
  );
}

export function TierSteps({ tiers }: { readonly tiers: CustomerView['history'] }) {
  const text = useText();
  return (
    <ol className="stack-tight">
      {tiers.map((each) => (
        <li key={`${each.createdAt} ${each.toTier}`} className="row">
          <TierBadge tier={each.fromTier} />
          <ArrowRight size={18} aria-hidden="true" />
          <TierBadge tier={each.toTier} />
          <span className="muted">{text.dateTime(each.createdAt)}</span>
        </li>
      ))}
    </ol>
  );
}

export function CaseLinks({
  cases,
  onOpen,
}: {
  readonly cases: History['cases'];
  /** Left out for those who do not review. */
  readonly onOpen?: (id: string) => void;
}) {
  const text = useText();
  return (
    <ul className="stack-tight">
      {cases.map((each) => (
        <li key={each.id} className="row" data-testid="other-case">
          <Badge>{text.word('review.status', each.status)}</Badge>
          <span>{each.reasons[0] === undefined ? '' : text.reason(each.reasons[0].code)}</span>
          <span className="muted">{text.dateTime(each.createdAt)}</span>
          {onOpen === undefined ? null : (
            <button type="button" className="link" onClick={() => onOpen(each.id)}>
              {text('customers.openCase')}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
