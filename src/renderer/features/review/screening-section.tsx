import type { ScreeningHitView, ScreeningView } from '../../../contract/desk/screening-view.ts';
import type { PartialDate } from '../../../contract/screening.ts';
import { useText } from '../../i18n/messages.ts';
import { Badge, Notice } from '../../ui/notice.tsx';
import { TableScroll } from '../../ui/data-table.tsx';

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

/** Who on a list the customer may be, and why. For the reviewer: the customer and the counter are told nothing of it. */
export function ScreeningSection({ view }: { readonly view: ScreeningView }) {
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
