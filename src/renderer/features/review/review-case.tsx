import type { ReviewView } from '../../../contract/desk/answers.ts';
import type { CaseDetail, QueueView } from '../../../contract/desk/review-desk.ts';
import type { ReviewDecision } from '../../../core/review/review-rules.ts';
import { useText } from '../../i18n/messages.ts';
import type { AskedAnswer } from '../../state/use-answer.ts';
import { Asked } from '../../ui/asked.tsx';
import { AuditLines } from '../../ui/audit-lines.tsx';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { Gates } from '../../ui/gates.tsx';
import { Badge, Notice } from '../../ui/notice.tsx';
import { useStation } from '../../state/loket-context.ts';
import { AgeBadge } from './age-badge.tsx';
import { Assignment } from './assignment.tsx';
import { CaseConsent } from './case-consent.tsx';
import { CaseDuplicates } from './case-duplicates.tsx';
import { CaseFields } from './case-fields.tsx';
import { CaseHistory } from './case-history.tsx';
import { CaseMarks } from './case-marks.tsx';
import { AlignedFaces, CasePictures } from './case-pictures.tsx';
import { DecisionBar } from './decision-bar.tsx';
import { ScreeningSection } from './screening-section.tsx';
import { statusTone } from './status-tone.ts';
import { Voters } from './voters.tsx';

function Decisions({ view }: { readonly view: ReviewView }) {
  const text = useText();
  if (view.decisions.length === 0) return null;
  return (
    <section className="stack-tight" data-testid="decisions">
      <h2>{text('review.decisions')}</h2>
      {view.decisions.map((each, index) => (
        <p key={`${each.createdAt} ${index}`}>
          <strong>{text.word('decision.done', each.decision)}</strong> · {text.decisionReason(each.reasonCode)} ·{' '}
          {each.reason}
          <span className="muted small">
            {' '}
            {each.reviewer}, {text.dateTime(each.createdAt)}
          </span>
        </p>
      ))}
    </section>
  );
}

interface ReviewCaseProps {
  readonly view: ReviewView;
  readonly detail: AskedAnswer<CaseDetail>;
  readonly people: QueueView['people'];
  readonly asked: ReviewDecision | null;
  readonly onAsk: (decision: ReviewDecision | null) => void;
  readonly onDecided: (view: ReviewView) => void;
  readonly onAssigned: (queue: QueueView) => void;
  readonly onOpenCase: (id: string) => void;
}

function CaseHead({ view, detail, people, onAssigned }: ReviewCaseProps) {
  const text = useText();
  const undecided = view.status === 'open' || view.status === 'escalated';
  return (
    <header className="stack-tight">
      <div className="row">
        <h1>{view.customerName}</h1>
        <Badge>{text.word('method', view.method)}</Badge>
        <Badge tone={statusTone[view.status]}>{text(`review.status.${view.status}`)}</Badge>
        {detail.value === null ? null : <AgeBadge age={detail.value.age} />}
      </div>
      <p className="muted">
        {text('review.captured', { operator: view.operator ?? '–', time: text.dateTime(view.createdAt) })}
        {detail.value?.desk === null || detail.value === null ? null : ` · ${detail.value.desk}`}
        {detail.value === null || !undecided ? null : (
          <span className="small"> · {text('age.hint', { minutes: detail.value.slaMinutes })}</span>
        )}
      </p>
      {detail.value === null ? null : <CaseMarks marks={detail.value.marks} />}
      {undecided && detail.value !== null ? (
        <Assignment
          id={view.id}
          status={view.status}
          ownCapture={view.ownCapture}
          assignee={detail.value.assignee}
          people={people}
          onDone={onAssigned}
        />
      ) : null}
    </header>
  );
}

/** Everything on one case, from what wants a look down to what is only on the record; the decision stands fixed below. */
export function ReviewCase(props: ReviewCaseProps) {
  const { view, detail, asked, onAsk, onDecided, onOpenCase } = props;
  const text = useText();
  const { store } = useStation();
  const codes = [...new Set(view.reasons.map((reason) => reason.code))];
  return (
    <div className="case" data-testid="review-case" data-id={view.id}>
      <div className="case-body stack" tabIndex={0} data-keeps-arrows>
        <CaseHead {...props} />
        {asked === null ? <FailureNotice testId="case-failure" /> : null}
        <Decisions view={view} />
        {codes.length === 0 ? null : (
          <Notice tone="review" testId="case-reasons">
            <ul>
              {codes.map((code) => (
                <li key={code}>{text.reason(code)}</li>
              ))}
            </ul>
          </Notice>
        )}
        <CasePictures view={view} />
        <div className="case-columns">
          <AlignedFaces view={view} />
          <section className="stack-tight">
            <h2>{text('result.gates')}</h2>
            <Gates gates={view.gates} />
          </section>
        </div>
        {view.screening === undefined ? null : <ScreeningSection caseId={view.id} view={view.screening} />}
        <Asked asked={detail}>
          {(seen) => (
            <>
              <CaseDuplicates
                duplicates={seen.duplicates}
                own={view.aligned.selfie ?? view.aligned.portrait}
                onVisit={(customer) => store.visit({ customer, fromCase: view.id })}
              />
              <CaseFields view={view} fields={seen.fields} />
              <CaseConsent consent={seen.consent} />
              <section className="stack-tight">
                <h2>{text('voters.title')}</h2>
                <Voters view={view} />
              </section>
              <CaseHistory history={seen.history} tiers={view.customer.history} onOpenCase={onOpenCase} />
              <section className="stack-tight">
                <h2>{text('audit.title')}</h2>
                <AuditLines lines={seen.audit} testId="case-audit" />
              </section>
            </>
          )}
        </Asked>
      </div>
      {view.status === 'open' || view.status === 'escalated' ? (
        <DecisionBar view={view} asked={asked} onAsk={onAsk} onDecided={onDecided} />
      ) : null}
    </div>
  );
}
