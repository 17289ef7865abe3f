import { useText } from '../i18n/messages.ts';
import { useLoket } from '../state/loket-context.ts';
import { Notice } from './notice.tsx';

/** Lost: a bar that does not hide the work. Never paired: nothing can be done here, and the page says where. */
export function ConnectionBar() {
  const text = useText();
  const connection = useLoket((state) => state.connection);
  if (connection !== 'lost') return null;
  return (
    <div className="connection-bar">
      <Notice tone="review" live testId="reconnecting">
        {text('connection.lost')}
      </Notice>
    </div>
  );
}

export function Unpaired() {
  const text = useText();
  return (
    <main className="idle-middle" data-testid="unpaired">
      <h1>{text('connection.unpaired')}</h1>
      <p className="lead muted">{text('connection.unpaired.help')}</p>
    </main>
  );
}
