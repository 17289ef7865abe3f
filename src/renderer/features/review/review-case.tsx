import { ImageOff } from 'lucide-react';
import type { ReviewView } from '../../../contract/desk/answers.ts';
import { ktpFieldNames } from '../../../contract/vocabulary.ts';
import { useText } from '../../i18n/messages.ts';
import { BytesImage } from '../../ui/bytes-image.tsx';
import { DecodedNik } from '../../ui/decoded-nik.tsx';
import { Gates } from '../../ui/gates.tsx';
import { groupNik } from '../../ui/nik.tsx';
import { Badge, Notice } from '../../ui/notice.tsx';
import { toPrint } from '../onboarding/field-values.ts';
import { DecisionBar } from './decision-bar.tsx';
import { ScreeningSection } from './screening-section.tsx';
import { statusTone } from './status-tone.ts';
import { Voters } from './voters.tsx';

function Picture({ bytes, title }: { readonly bytes: Uint8Array | null; readonly title: string }) {
  const text = useText();
  return (
    <figure className="case-picture">
      {bytes === null ? (
        <div className="case-missing">
          <ImageOff size={40} aria-hidden="true" />
          {text('review.noPicture')}
        </div>
      ) : (
        <BytesImage bytes={bytes} alt={title} />
      )}
      <figcaption className="small muted">{title}</figcaption>
    </figure>
  );
}

function Fields({ view }: { readonly view: ReviewView }) {
  const text = useText();
  const fields = view.fields;
  if (fields === null) return <p className="muted">{text('review.noFields')}</p>;
  return (
    <dl className="case-fields">
      {ktpFieldNames
        .filter((name) => fields[name] !== undefined)
        .map((name) => (
          <div key={name}>
            <dt className="small muted">{text(`field.${name}`)}</dt>
            <dd className={name === 'nik' ? 'mono' : undefined}>
              {name === 'nik' ? groupNik(fields[name] ?? '') : toPrint(name, fields[name] ?? '')}
            </dd>
          </div>
        ))}
    </dl>
  );
}

function Decisions({ view }: { readonly view: ReviewView }) {
  const text = useText();
  if (view.decisions.length === 0) return null;
  return (
    <section className="stack-tight" data-testid="decisions">
      <h2>{text('review.decisions')}</h2>
      {view.decisions.map((each) => (
        <p key={each.createdAt}>
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

export function ReviewCase({
  view,
  onDecided,
}: {
  readonly view: ReviewView;
  readonly onDecided: (view: ReviewView) => void;
}) {
  const text = useText();
  const codes = [...new Set(view.reasons.map((reason) => reason.code))];
  return (
    <div className="case" data-testid="review-case" data-id={view.id}>
      <div className="case-body stack" tabIndex={0}>
        <div className="row">
          <h1>{view.customerName}</h1>
          <Badge>{text.word('method', view.method)}</Badge>
          <Badge tone={statusTone[view.status]}>{text(`review.status.${view.status}`)}</Badge>
          <span className="muted">
            {text('review.captured', { operator: view.operator ?? '–', time: text.dateTime(view.createdAt) })}
          </span>
        </div>
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
        <div className="case-pictures">
          <Picture bytes={view.images.card} title={text('review.card')} />
          <Picture bytes={view.images.portrait} title={text('review.portrait')} />
          <Picture bytes={view.images.selfie} title={text('review.selfie')} />
        </div>
        <section className="stack-tight">
          <h2>{text('result.gates')}</h2>
          <Gates gates={view.gates} />
        </section>
        {view.screening === undefined ? null : <ScreeningSection view={view.screening} />}
        <section className="stack-tight">
          <h2>{text('review.fields')}</h2>
          {view.nik === null ? null : <DecodedNik nik={view.nik} />}
          <Fields view={view} />
        </section>
        <section className="stack-tight">
          <h2>{text('voters.title')}</h2>
          <Voters view={view} />
        </section>
      </div>
      {view.status === 'open' || view.status === 'escalated' ? <DecisionBar view={view} onDecided={onDecided} /> : null}
    </div>
  );
}
