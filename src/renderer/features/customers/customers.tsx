import { ArrowLeft, Search } from 'lucide-react';
import { useEffect, useEffectEvent, useState } from 'react';
import { Form } from 'react-aria-components';
import type { CustomerRow } from '../../../contract/desk/answers.ts';
import type { CustomerFile } from '../../../contract/desk/customer-page.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { EmptyState } from '../../ui/kawung.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import { TierBadge } from '../../ui/tier-badge.tsx';
import { CustomerPage } from './customer-page.tsx';

function ResultRows({
  rows,
  onOpen,
}: {
  readonly rows: readonly CustomerRow[];
  readonly onOpen: (id: string) => void;
}) {
  const text = useText();
  if (rows.length === 0) return <EmptyState>{text('customers.none')}</EmptyState>;
  return (
    <ul className="stack-tight" data-testid="customer-list">
      {rows.map((row) => (
        <li key={row.id} data-testid="customer-row" data-id={row.id}>
          <button type="button" className="customer-row" onClick={() => onOpen(row.id)}>
            <span className="review-name">{row.fullName}</span>
            <span className="mono muted">{row.nikTail === null ? '–' : `•••• ${row.nikTail}`}</span>
            <TierBadge tier={row.kycLevel} />
            <span className="muted small">{text.dateTime(row.updatedAt)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

export function Customers() {
  const text = useText();
  const { store } = useStation();
  const busy = useLoket((state) => state.busy !== null);
  const [query, setQuery] = useState('');
  const [rows, setRows] = useState<readonly CustomerRow[] | null>(null);
  const [customer, setCustomer] = useState<CustomerFile | null>(null);
  const wanted = useLoket((state) => state.wanted);
  const search = async () => {
    const answer = await store.run('customers.search', { q: query.trim() });
    if (answer.ok) setRows(answer.value);
  };
  const open = async (id: string) => {
    const answer = await store.run('customers.file', { id });
    if (answer.ok) setCustomer(answer.value);
  };
  const wantedFile = useEffectEvent(async (id: string) => {
    const answer = await store.run('customers.file', { id });
    return answer.ok ? answer.value : null;
  });
  const wantedId = wanted?.customer ?? null;
  useEffect(() => {
    if (wantedId === null) return;
    void wantedFile(wantedId).then((file) => {
      if (file !== null) setCustomer(file);
    });
  }, [wantedId]);
  if (customer !== null) {
    return (
      <main className="page stack" data-testid="customer-page">
        <div className="row">
          {wanted?.fromCase === undefined ? null : (
            <Button onPress={() => store.visit({ caseId: wanted.fromCase ?? '' })} testId="back-to-case">
              {text('customers.toCase')}
            </Button>
          )}
          <Button
            kind="quiet"
            icon={<ArrowLeft size={20} aria-hidden="true" />}
            onPress={() => setCustomer(null)}
            testId="customer-back"
          >
            {text('customers.back')}
          </Button>
        </div>
        <FailureNotice />
        <CustomerPage key={customer.id} file={customer} onErased={setCustomer} />
      </main>
    );
  }
  return (
    <main className="page stack" data-testid="customers-page">
      <h1>{text('customers.title')}</h1>
      <Form
        className="search-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (query.trim().length >= 2 && !busy) void search();
        }}
      >
        <TextInput
          label={text('customers.search')}
          type="search"
          value={query}
          onChange={setQuery}
          autoFocus
          testId="customer-search"
        />
        <Button
          kind="primary"
          submit
          icon={<Search size={22} aria-hidden="true" />}
          disabled={query.trim().length < 2 || busy}
          testId="customer-search-submit"
        >
          {text('customers.submit')}
        </Button>
      </Form>
      <FailureNotice />
      {rows === null ? (
        <p className="muted">{text('customers.help')}</p>
      ) : (
        <ResultRows rows={rows} onOpen={(id) => void open(id)} />
      )}
    </main>
  );
}
