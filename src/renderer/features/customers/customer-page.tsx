import { ArrowRight } from 'lucide-react';
import type { CustomerView } from '../../../contract/desk/answers.ts';
import type { KycTier, VerificationStatus } from '../../../contract/vocabulary.ts';
import { useText } from '../../i18n/messages.ts';
import { Badge, type Tone } from '../../ui/notice.tsx';

const statusTone: Readonly<Record<VerificationStatus, Tone>> = { verified: 'pass', pending: 'review', failed: 'stop' };

export function TierBadge({ tier }: { readonly tier: KycTier }) {
  const text = useText();
  return <Badge tone={tier === 'standard' || tier === 'premium' ? 'pass' : 'plain'}>{text(`tier.${tier}`)}</Badge>;
}

function Verifications({ customer }: { readonly customer: CustomerView }) {
  const text = useText();
  if (customer.verifications.length === 0) return <p className="muted">{text('customers.noVerifications')}</p>;
  return (
    <div className="table-scroll">
      <table className="table" data-testid="verifications">
        <thead>
          <tr>
            <th scope="col">{text('customers.method')}</th>
            <th scope="col">{text('customers.status')}</th>
            <th scope="col" className="number">
              {text('customers.score')}
            </th>
            <th scope="col">{text('customers.time')}</th>
          </tr>
        </thead>
        <tbody>
          {customer.verifications.map((each) => (
            <tr key={each.id}>
              <td>{text(`method.${each.method}`)}</td>
              <td>
                <Badge tone={statusTone[each.status]}>{text(`verification.${each.status}`)}</Badge>
              </td>
              <td className="number">{each.score === null ? '–' : text.number(each.score)}</td>
              <td>{text.dateTime(each.createdAt)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function CustomerPage({ customer }: { readonly customer: CustomerView }) {
  const text = useText();
  return (
    <>
      <section className="sheet row">
        <div className="grow stack-tight">
          <h1>{customer.fullName}</h1>
          <p className="muted">
            NIK <span className="mono">{customer.nikTail === null ? '–' : `•••• ${customer.nikTail}`}</span>
          </p>
        </div>
        <div className="stack-tight">
          <TierBadge tier={customer.kycLevel} />
          {customer.kycExpiresAt === null ? null : (
            <span className="muted small">{text('customers.until', { date: text.date(customer.kycExpiresAt) })}</span>
          )}
        </div>
      </section>
      <section className="sheet stack-tight">
        <h2>{text('customers.verifications')}</h2>
        <Verifications customer={customer} />
      </section>
      <section className="sheet stack-tight">
        <h2>{text('customers.history')}</h2>
        {customer.history.length === 0 ? <p className="muted">{text('customers.noHistory')}</p> : null}
        <ol className="stack-tight">
          {customer.history.map((each) => (
            <li key={each.createdAt} className="row">
              <TierBadge tier={each.fromTier} />
              <ArrowRight size={18} aria-hidden="true" />
              <TierBadge tier={each.toTier} />
              <span className="muted">{text.dateTime(each.createdAt)}</span>
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}
