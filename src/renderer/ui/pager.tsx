import { pageSize, type PageOf } from '../../contract/desk/admin-calls.ts';
import { useText } from '../i18n/messages.ts';
import { Button } from './button.tsx';

/** Where in a long list one is, and the way on. Absent while everything fits on one page. */
export function Pager({ part, onPage }: { readonly part: PageOf<unknown>; readonly onPage: (page: number) => void }) {
  const text = useText();
  const pages = Math.max(1, Math.ceil(part.total / pageSize));
  if (pages === 1) return null;
  return (
    <nav className="row" aria-label={text('pager.label')}>
      <Button onPress={() => onPage(part.page - 1)} disabled={part.page <= 1} testId="pager-newer">
        {text('pager.newer')}
      </Button>
      <span className="muted">{text('pager.page', { number: part.page, all: pages })}</span>
      <Button onPress={() => onPage(part.page + 1)} disabled={part.page >= pages} testId="pager-older">
        {text('pager.older')}
      </Button>
    </nav>
  );
}
