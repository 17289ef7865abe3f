/** Every voter with its number and limit; the single measurements behind it where it did not pass, or on request. */
import { Check, Minus, X } from 'lucide-react';
import { Fragment, useState } from 'react';
import type { ReviewView } from '../../../contract/desk/answers.ts';
import { useText } from '../../i18n/messages.ts';
import { TableScroll } from '../../ui/data-table.tsx';

type Voter = ReviewView['voters'][number];
type Measure = Pick<Voter, 'passed' | 'value' | 'threshold'>;

export function Voters({ view }: { readonly view: ReviewView }) {
  const text = useText();
  const [all, setAll] = useState(false);
  return (
    <div className="stack-tight">
      {view.voters.some(({ findings }) => findings.length > 0) ? (
        <label className="check">
          <input
            type="checkbox"
            checked={all}
            onChange={(event) => {
              setAll(event.target.checked);
            }}
          />
          <span>{text('voters.all')}</span>
        </label>
      ) : null}
      <TableScroll label={text('voters.title')}>
        <table className="table" data-testid="voters">
          <thead>
            <tr>
              <th scope="col">{text('voters.name')}</th>
              <th scope="col" className="number">
                {text('voters.value')}
              </th>
              <th scope="col" className="number">
                {text('voters.threshold')}
              </th>
              <th scope="col">{text('voters.plot')}</th>
              <th scope="col">{text('voters.state')}</th>
            </tr>
          </thead>
          <tbody>
            {view.voters.map((voter) => (
              <Fragment key={`${voter.group}-${voter.name}`}>
                <tr>
                  <td>
                    <span className="muted small">{text(`voters.group.${voter.group}`)} · </span>
                    {text.word('voter', voter.name)}
                  </td>
                  <Numbers of={voter} />
                  <td>
                    <Bar of={voter} />
                  </td>
                  <td>
                    <VoterState passed={voter.passed} />
                    {voter.passed === true && voter.reason === 'within_limits' ? null : (
                      <div className="muted small">{text.reason(voter.reason)}</div>
                    )}
                  </td>
                </tr>
                {all || voter.passed === false ? <Findings of={voter} /> : null}
              </Fragment>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </div>
  );
}

function Findings({ of }: { readonly of: Voter }) {
  const text = useText();
  return of.findings.map((finding) => (
    <tr key={finding.name} className="finding small" data-testid={`finding-${finding.name}`}>
      <td>{text.word('finding', finding.name)}</td>
      <Numbers of={finding} />
      <td>
        <Bar of={finding} />
      </td>
      <td>
        <VoterState passed={finding.passed} />
      </td>
    </tr>
  ));
}

function Numbers({ of }: { readonly of: Measure }) {
  const text = useText();
  return [of.value, of.threshold].map((value, index) => (
    <td key={index === 0 ? 'value' : 'threshold'} className="number">
      {value === undefined ? '–' : text.number(value, 2)}
    </td>
  ));
}

/** The value as a bar and the limit as a tick, on a scale that holds both. The numbers stand beside it. */
function Bar({ of: { value, threshold, passed } }: { readonly of: Measure }) {
  if (value === undefined || threshold === undefined) return null;
  const [low, high] = [Math.min(0, value, threshold), Math.max(0, value, threshold)];
  const full = (high - low) * 1.2 || 1;
  const at = (number: number) => (100 * (number - low)) / full;
  return (
    <svg
      className={`voter-plot word-${passed === null ? 'plain' : passed ? 'pass' : 'stop'}`}
      viewBox="0 0 100 16"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <rect x="0" y="5" width="100" height="6" fill="var(--track)" />
      <rect
        x={at(Math.min(0, value))}
        y="5"
        width={Math.max(1, at(Math.abs(value) + low))}
        height="6"
        fill="currentColor"
      />
      <rect x={Math.min(98, at(threshold))} y="0" width="2" height="16" fill="var(--ink)" />
    </svg>
  );
}

function VoterState({ passed }: Pick<Measure, 'passed'>) {
  const text = useText();
  if (passed === null) {
    return (
      <span className="muted inline">
        <Minus size={18} aria-hidden="true" /> {text('gateState.missing')}
      </span>
    );
  }
  return (
    <span className={passed ? 'word-pass inline' : 'word-stop inline'}>
      {passed ? <Check size={18} aria-hidden="true" /> : <X size={18} aria-hidden="true" />}{' '}
      {text(passed ? 'gateState.pass' : 'gateState.fail')}
    </span>
  );
}
