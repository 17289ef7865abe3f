import { useState } from 'react';
import { Form } from 'react-aria-components';
import type { FleetRow } from '../../../contract/desk/fleet-calls.ts';
import { wipeModes, type WipeMode } from '../../../contract/fleet.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket } from '../../state/loket-context.ts';
import { useAnswer } from '../../state/use-answer.ts';
import { Asked } from '../../ui/asked.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { Badge, Notice } from '../../ui/notice.tsx';
import { Select } from '../../ui/select.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import { useProof, type ProvenRun } from '../sign-in/proof.tsx';
import { Findings } from './fleet-findings.tsx';
import { Inventory } from './fleet-inventory.tsx';
import { stateTones } from './fleet-tones.ts';

/** One desk: what it is, what is wrong with it, and what an admin may order. */
export function FleetDesk({
  id,
  name,
  onClose,
}: {
  readonly id: string;
  readonly name: string;
  readonly onClose: () => void;
}) {
  const text = useText();
  const asked = useAnswer('fleet.desk', { id });
  const admin = useLoket((state) => state.station?.person?.role === 'admin');
  const proof = useProof();
  return (
    <Dialog title={name} open onClose={onClose} wide testId="fleet-dialog">
      <Asked asked={asked}>
        {(desk) => (
          <>
            <div className="row">
              <span className="mono small muted grow">{desk.id}</span>
              <Badge tone={stateTones[desk.state]} testId="fleet-desk-state">
                {text(`fleet.state.${desk.state}`)}
              </Badge>
            </div>
            <Findings findings={desk.findings} />
            <WipeState desk={desk} />
            {desk.revokedAt === null || desk.wipe?.state === 'acknowledged' ? null : (
              <Notice>
                {text('fleet.revokedAt', { time: text.dateTime(desk.revokedAt), reason: desk.revokeReason ?? '–' })}
              </Notice>
            )}
            <Inventory desk={desk} />
            {admin ? <Actions desk={desk} proof={proof} again={asked.again} /> : null}
          </>
        )}
      </Asked>
      <FailureNotice testId="fleet-failure" />
      <div className="row dialog-actions">
        <Button onPress={onClose} testId="fleet-close">
          {text('action.close')}
        </Button>
      </div>
      {proof.dialog}
    </Dialog>
  );
}

function WipeState({ desk }: { readonly desk: FleetRow }) {
  const text = useText();
  const { wipe } = desk;
  if (wipe === null || wipe.state === 'cancelled') return null;
  if (wipe.state === 'ordered')
    return (
      <Notice tone="review" testId="fleet-wipe-state">
        {text(wipe.sentAt === null ? 'fleet.wipe.waiting' : 'fleet.wipe.sent', {
          time: text.dateTime(wipe.sentAt ?? wipe.requestedAt),
          reason: wipe.reason,
        })}
      </Notice>
    );
  const { receipt } = wipe;
  return (
    <Notice
      tone={receipt !== null && receipt.undelivered > receipt.rescued ? 'stop' : 'plain'}
      testId="fleet-wipe-state"
    >
      {text('fleet.wipe.done', {
        time: text.dateTime(receipt?.at ?? wipe.endedAt ?? ''),
        undelivered: receipt?.undelivered ?? 0,
        rescued: receipt?.rescued ?? 0,
      })}
    </Notice>
  );
}

interface ActionProps {
  readonly desk: FleetRow;
  readonly proof: ProvenRun;
  readonly again: () => void;
}

/** What an admin may do: say where it stands, cut it off, end it. */
function Actions(props: ActionProps) {
  const text = useText();
  const { desk, proof, again } = props;
  const [open, setOpen] = useState<'revoke' | 'wipe' | null>(null);
  const cancel = async () => {
    if ((await proof.run('fleet.cancelWipe', { id: desk.id })).ok) again();
  };
  const done = (changed: boolean) => {
    setOpen(null);
    if (changed) again();
  };
  const ended = desk.state === 'wiped';
  return (
    <section className="stack">
      <Place {...props} />
      <div className="row">
        {desk.status === 'active' && !ended ? (
          <Button kind="stop" onPress={() => setOpen('revoke')} testId="fleet-revoke">
            {text('desks.revoke')}
          </Button>
        ) : null}
        {desk.wipe?.state === 'ordered' ? (
          <Button onPress={() => void cancel()} testId="fleet-cancel-wipe">
            {text('fleet.wipe.cancel')}
          </Button>
        ) : ended ? null : (
          <Button kind="stop" onPress={() => setOpen('wipe')} testId="fleet-wipe">
            {text('fleet.wipe')}
          </Button>
        )}
      </div>
      {open === 'revoke' ? <Revoke desk={desk} proof={proof} onDone={done} /> : null}
      {open === 'wipe' ? <Wipe desk={desk} proof={proof} onDone={done} /> : null}
    </section>
  );
}

function Place({ desk, proof, again }: ActionProps) {
  const text = useText();
  const [branch, setBranch] = useState(desk.branch ?? '');
  const save = async () => {
    const wanted = branch.trim();
    if ((await proof.run('fleet.place', { id: desk.id, branch: wanted === '' ? null : wanted })).ok) again();
  };
  return (
    <div className="form-grid">
      <TextInput
        label={text('fleet.branch')}
        hint={text('fleet.branch.hint')}
        value={branch}
        onChange={setBranch}
        maxLength={100}
        testId="fleet-place"
      />
      <Button disabled={branch.trim() === (desk.branch ?? '')} onPress={() => void save()} testId="fleet-place-save">
        {text('fleet.branch.save')}
      </Button>
    </div>
  );
}

interface OrderProps {
  readonly desk: FleetRow;
  readonly proof: ProvenRun;
  readonly onDone: (changed: boolean) => void;
}

function Revoke({ desk, proof, onDone }: OrderProps) {
  const text = useText();
  const [reason, setReason] = useState('');
  const complete = reason.trim().length >= 3;
  const revoke = async () => {
    if ((await proof.run('fleet.revoke', { id: desk.id, reason: reason.trim() })).ok) onDone(true);
  };
  return (
    <Dialog
      title={text('fleet.revoke.title', { name: desk.name })}
      open
      onClose={() => onDone(false)}
      firm
      testId="fleet-revoke-dialog"
    >
      <Form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (complete) void revoke();
        }}
      >
        <p>{text('fleet.revoke.body')}</p>
        <TextInput
          label={text('fleet.reason')}
          value={reason}
          onChange={setReason}
          maxLength={500}
          autoFocus
          testId="fleet-revoke-reason"
        />
        <div className="row dialog-actions">
          <Button onPress={() => onDone(false)}>{text('action.cancel')}</Button>
          <Button kind="stop" submit disabled={!complete} testId="fleet-revoke-confirm">
            {text('desks.revoke')}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}

function Wipe({ desk, proof, onDone }: OrderProps) {
  const text = useText();
  const [mode, setMode] = useState<WipeMode>('deliver_first');
  const [reason, setReason] = useState('');
  const [name, setName] = useState('');
  const waiting = desk.report?.outbox.pending ?? null;
  const complete = reason.trim().length >= 3 && name.trim() === desk.name;
  const wipe = async () => {
    if ((await proof.run('fleet.wipe', { id: desk.id, mode, reason: reason.trim() })).ok) onDone(true);
  };
  return (
    <Dialog
      title={text('fleet.wipe.title', { name: desk.name })}
      open
      onClose={() => onDone(false)}
      firm
      testId="fleet-wipe-dialog"
    >
      <Form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (complete) void wipe();
        }}
      >
        <p>{text('fleet.wipe.body')}</p>
        <Select
          label={text('fleet.wipe.mode')}
          value={mode}
          options={wipeModes.map((value) => ({ value, label: text(`fleet.wipe.mode.${value}`) }))}
          onChange={setMode}
          testId="fleet-wipe-mode"
        />
        {mode === 'immediately' ? (
          <Notice tone="stop" testId="fleet-wipe-loss">
            {waiting === null ? text('fleet.wipe.lossUnknown') : text('fleet.wipe.loss', { count: waiting })}
          </Notice>
        ) : null}
        <TextInput
          label={text('fleet.reason')}
          value={reason}
          onChange={setReason}
          maxLength={500}
          testId="fleet-wipe-reason"
        />
        <TextInput
          label={text('fleet.wipe.repeat', { name: desk.name })}
          value={name}
          onChange={setName}
          maxLength={60}
          testId="fleet-wipe-name"
        />
        <div className="row dialog-actions">
          <Button onPress={() => onDone(false)}>{text('action.cancel')}</Button>
          <Button kind="stop" submit disabled={!complete} testId="fleet-wipe-confirm">
            {text('fleet.wipe')}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
