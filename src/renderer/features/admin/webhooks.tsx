import { Webhook as WebhookIcon } from 'lucide-react';
import { useState } from 'react';
import type { WebhookRow } from '../../../contract/desk/admin-calls.ts';
import { subscribableEvents } from '../../../contract/api/webhooks.ts';
import { useText } from '../../i18n/messages.ts';
import { useStation } from '../../state/loket-context.ts';
import { useAnswer } from '../../state/use-answer.ts';
import { Asked } from '../../ui/asked.tsx';
import { Button } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/kawung.tsx';
import { Badge } from '../../ui/notice.tsx';
import { Pager } from '../../ui/pager.tsx';
import { SecretOnce } from '../../ui/secret-once.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import { Tick } from '../../ui/tick.tsx';
import { useProof, type ProvenRun } from '../sign-in/proof.tsx';

type Subscribed = (typeof subscribableEvents)[number];
const tones = { delivered: 'pass', pending: 'review', failed: 'stop' } as const;

function NewWebhook({
  proof,
  onClose,
  onMade,
}: {
  readonly proof: ProvenRun;
  readonly onClose: () => void;
  readonly onMade: (secret: string) => void;
}) {
  const text = useText();
  const [url, setUrl] = useState('https://');
  const [events, setEvents] = useState<readonly Subscribed[]>([...subscribableEvents]);
  const make = async () => {
    const made = await proof.run('webhooks.create', { url: url.trim(), events: [...events] });
    if (made.ok) onMade(made.value.secret);
  };
  return (
    <Dialog title={text('hooks.add')} open onClose={onClose} firm wide testId="hook-new">
      <TextInput
        label={text('hooks.url')}
        hint={text('hooks.url.hint')}
        value={url}
        onChange={setUrl}
        maxLength={2048}
        autoFocus
        testId="hook-url"
      />
      <fieldset className="ticks">
        <legend>{text('hooks.events')}</legend>
        {subscribableEvents.map((event) => (
          <Tick
            key={event}
            label={text(`hookEvent.${event}`)}
            hint={event}
            on={events.includes(event)}
            onChange={(on) => setEvents((now) => (on ? [...now, event] : now.filter((one) => one !== event)))}
            testId={`hook-event-${event}`}
          />
        ))}
      </fieldset>
      <div className="row dialog-actions">
        <Button onPress={onClose}>{text('action.cancel')}</Button>
        <Button
          kind="primary"
          disabled={url.trim().length < 9 || events.length === 0}
          onPress={() => void make()}
          testId="hook-make"
        >
          {text('hooks.add')}
        </Button>
      </div>
    </Dialog>
  );
}

function Deliveries({ hook }: { readonly hook: WebhookRow }) {
  const text = useText();
  const { store } = useStation();
  const [page, setPage] = useState(1);
  const asked = useAnswer('webhooks.deliveries', { id: hook.id, page });
  const replay = async (deliveryId: string) => {
    if ((await store.run('webhooks.replay', { id: hook.id, deliveryId })).ok) asked.again();
  };
  return (
    <section className="sheet stack" data-testid="deliveries">
      <div className="row">
        <h2 className="grow">{text('hooks.log', { name: new URL(hook.url).host })}</h2>
        <Button onPress={asked.again} testId="deliveries-again">
          {text('logs.again')}
        </Button>
      </div>
      <Asked asked={asked}>
        {(view) => (
          <>
            <DataTable
              label={text('hooks.log', { name: new URL(hook.url).host })}
              testId="delivery"
              rows={view.rows}
              rowId={({ id }) => id}
              rowState={({ state }) => state}
              empty={<EmptyState>{text('hooks.noDeliveries')}</EmptyState>}
              columns={[
                { id: 'at', title: text('logs.time'), cell: ({ createdAt }) => text.dateTime(createdAt) },
                { id: 'event', title: text('hooks.event'), cell: ({ event }) => text.word('hookEvent', event) },
                {
                  id: 'state',
                  title: text('people.state'),
                  cell: ({ state }) => (
                    <Badge tone={tones[state as keyof typeof tones] ?? 'plain'}>{text.word('delivery', state)}</Badge>
                  ),
                },
                {
                  id: 'attempts',
                  title: text('hooks.attempts'),
                  number: true,
                  cell: ({ attempts }) => text.number(attempts),
                },
                {
                  id: 'last',
                  title: text('hooks.last'),
                  cell: ({ lastStatus, lastError, nextAttemptAt }) => (
                    <span className="small">
                      {[lastStatus === null ? '' : `HTTP ${lastStatus}`, lastError ?? ''].filter(Boolean).join(' · ')}
                      {nextAttemptAt === null ? null : (
                        <span className="muted"> {text('hooks.next', { time: text.time(nextAttemptAt) })}</span>
                      )}
                    </span>
                  ),
                },
                {
                  id: 'replay',
                  title: text('hooks.again'),
                  cell: ({ id, event, createdAt }) => (
                    <Button
                      onPress={() => void replay(id)}
                      label={`${text('hooks.again')}: ${event}, ${text.time(createdAt)}`}
                      testId="delivery-replay"
                    >
                      {text('hooks.again')}
                    </Button>
                  ),
                },
              ]}
            />
            <Pager part={view} onPage={setPage} />
          </>
        )}
      </Asked>
    </section>
  );
}

/** Where events are sent to, and what became of each. */
export function Webhooks() {
  const text = useText();
  const { store } = useStation();
  const proof = useProof();
  const asked = useAnswer('webhooks.list', {});
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const [open, setOpen] = useState<string | null>(null);
  const [tested, setTested] = useState(0);
  const then = async (done: Promise<{ readonly ok: boolean }>) => {
    if ((await done).ok) asked.again();
  };
  const rotate = async (id: string) => {
    const made = await proof.run('webhooks.rotate', { id });
    if (made.ok) setSecret(made.value.secret);
  };
  const test = async (id: string) => {
    const sent = await store.run('webhooks.test', { id });
    if (!sent.ok) return;
    setOpen(id);
    setTested((now) => now + 1);
  };
  const opened = asked.value?.rows.find(({ id }) => id === open);
  return (
    <>
      <div className="row">
        <p className="grow muted">{text('hooks.what')}</p>
        <Button
          kind="primary"
          icon={<WebhookIcon size={20} aria-hidden="true" />}
          onPress={() => setAdding(true)}
          testId="hook-add"
        >
          {text('hooks.add')}
        </Button>
      </div>
      <Asked asked={asked}>
        {(view) =>
          view.rows.length === 0 ? (
            <EmptyState>{text('hooks.none')}</EmptyState>
          ) : (
            <ul className="stack">
              {view.rows.map((hook) => (
                <li key={hook.id} className="sheet stack" data-testid="hook">
                  <div className="row">
                    <h2 className="grow mono wrap">{hook.url}</h2>
                    <Badge tone={hook.status === 'active' ? 'pass' : 'review'}>{text(`hooks.${hook.status}`)}</Badge>
                  </div>
                  <p className="muted">{hook.events.map((event) => text.word('hookEvent', event)).join(' · ')}</p>
                  <div className="row tight">
                    <Button onPress={() => setOpen(open === hook.id ? null : hook.id)} testId="hook-log">
                      {text('hooks.showLog')}
                    </Button>
                    <Button onPress={() => void test(hook.id)} disabled={hook.status !== 'active'} testId="hook-test">
                      {text('hooks.test')}
                    </Button>
                    <Button
                      onPress={() =>
                        void then(
                          proof.run('webhooks.update', {
                            id: hook.id,
                            change: { status: hook.status === 'active' ? 'disabled' : 'active' },
                          }),
                        )
                      }
                      testId="hook-pause"
                    >
                      {text(hook.status === 'active' ? 'hooks.pause' : 'hooks.resume')}
                    </Button>
                    <Button onPress={() => void rotate(hook.id)} testId="hook-rotate">
                      {text('hooks.rotate')}
                    </Button>
                    <Button
                      kind="stop"
                      onPress={() => void then(proof.run('webhooks.remove', { id: hook.id }))}
                      testId="hook-remove"
                    >
                      {text('hooks.remove')}
                    </Button>
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Asked>
      {opened === undefined ? null : <Deliveries key={`${opened.id} ${tested}`} hook={opened} />}
      {adding ? (
        <NewWebhook
          proof={proof}
          onClose={() => setAdding(false)}
          onMade={(made) => {
            setAdding(false);
            setSecret(made);
            asked.again();
          }}
        />
      ) : null}
      {secret === null ? null : (
        <SecretOnce title={text('hooks.shown')} secret={secret} onClose={() => setSecret(null)} />
      )}
      {proof.dialog}
    </>
  );
}
