import { FileText } from 'lucide-react';
import type { ScreeningHitView, ScreeningView } from '../../../contract/desk/screening-view.ts';
import type { PartialDate } from '../../../contract/screening.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { TableScroll } from '../../ui/data-table.tsx';
import { Badge, Notice } from '../../ui/notice.tsx';
import { useTakenText } from '../../ui/use-taken-text.ts';

function dateText({ year, month, day }: PartialDate): string {
  return [year, month, day]
    .filter((part) => part !== undefined)
    .map((part) => String(part).padStart(2, '0'))
    .join('-');
}

function Hit({ hit }: { readonly hit: ScreeningHitView }) {
  const text = useText();
  const known = [
    hit.birthDates.map(dateText).join(', '),
    hit.birthPlaces.join(', '),
    hit.countries.join(', ').toUpperCase(),
    hit.programme ?? '',
    hit.remarks ?? '',
  ].filter((part) => part !== '');
  return (
    <article className="stack-tight" data-testid="screening-hit">
      <div className="row">
        <strong>{hit.matchedName}</strong>
        <Badge tone={hit.state === 'cleared' ? 'pass' : 'review'}>{text(`screening.hit.${hit.state}`)}</Badge>
        <Badge>{text('screening.score', { score: hit.score })}</Badge>
        <span className="muted small">
          {hit.listId} · {hit.topics.map((topic) => text(`screening.topic.${topic}`)).join(', ')}
        </span>
      </div>
      {known.length === 0 ? null : <p className="muted small">{known.join(' · ')}</p>}
      <TableScroll label={text('screening.words')}>
        <table className="table" aria-label={text('screening.words')}>
          <tbody>
            {hit.tokens.map((token, at) => (
              <tr key={`${at} ${token.asked ?? ''} ${token.listed ?? ''}`}>
                <td>{token.asked ?? '–'}</td>
                <td>{token.listed ?? '–'}</td>
                <td>{text(`screening.how.${token.how}`)}</td>
                <td className="number">{token.similarity === 0 ? '–' : text.number(token.similarity, 2)}</td>
              </tr>
            ))}
            {hit.facts.map((fact) => (
              <tr key={fact.fact}>
                <td colSpan={2}>{text(`screening.fact.${fact.fact}`)}</td>
                <td>{text(`screening.effect.${fact.effect}`)}</td>
                <td className="number">{fact.points === 0 ? '–' : `${fact.points > 0 ? '+' : ''}${fact.points}`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </article>
  );
}

/** The paper a hit asks for, drafted; the rest is written by hand and kept by the bank. */
function Minutes({ caseId }: { readonly caseId: string }) {
  const text = useText();
  const busy = useLoket((state) => state.busy !== null);
  const { take, place } = useTakenText('review.minutes');
  return (
    <>
      {place === null ? null : (
        <Notice tone="pass" live testId="minutes-saved">
          {text('screening.minutes.saved', { place })}
        </Notice>
      )}
      <div className="row">
        <Button
          icon={<FileText size={20} aria-hidden="true" />}
          disabled={busy}
          onPress={() => void take({ id: caseId })}
          testId="screening-minutes"
        >
          {text('screening.minutes')}
        </Button>
      </div>
    </>
  );
}

interface ScreeningSectionProps {
  readonly caseId: string;
  readonly view: ScreeningView;
}

/** Who on a list the customer may be, and why. For the reviewer: the customer and the counter are told nothing of it. */
export function ScreeningSection({ caseId, view }: ScreeningSectionProps) {
  const text = useText();
  return (
    <section className="stack-tight" data-testid="screening">
      <h2>{text('screening.title')}</h2>
      {view.frozen ? (
        <Notice tone="stop" testId="screening-frozen">
          {text('screening.frozen')}
        </Notice>
      ) : null}
      {view.hits.length === 0 ? (
        <p className="muted">{text(view.lists.length === 0 ? 'screening.noLists' : 'screening.none')}</p>
      ) : (
        <>
          <p className="small">{text('screening.secret')}</p>
          {view.hits.map((hit) => (
            <Hit key={hit.id} hit={hit} />
          ))}
          <Minutes caseId={caseId} />
        </>
      )}
      {view.lists.length === 0 ? null : (
        <p className="muted small">
          {view.lists
            .map(({ listId, ageDays }) => text('screening.listAge', { list: listId, days: ageDays }))
            .join(' · ')}
        </p>
      )}
    </section>
  );
}
