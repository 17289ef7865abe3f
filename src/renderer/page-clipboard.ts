/**
 * Copy, cut and paste without the machine's clipboard: what is copied on a customer's screen stays in the page, can be pasted
 * there, and goes when the customer goes. A browser lets no page empty the machine's clipboard without a person's touch, and an
 * idle counter has nobody who would touch it; what never got there need not be taken out. Secrets that are shown once to be carried
 * away (`data-may-leave`) are copied as anywhere. Paste takes from the machine when nothing was copied here.
 */
export interface PageClipboard {
  clear(): void;
}

/** What is marked, in a field or in the text of the page. */
function marked(page: Window): string {
  const field = page.document.activeElement;
  if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) {
    // A password gives nothing away, to whatever clipboard.
    if (field.type === 'password') return '';
    return field.value.slice(field.selectionStart ?? 0, field.selectionEnd ?? 0);
  }
  return page.getSelection()?.toString() ?? '';
}

export function keepClipboard(page: Window): PageClipboard {
  let held: string | null = null;
  const take = (event: ClipboardEvent): void => {
    const from = event.target instanceof Element ? event.target : null;
    if (from?.closest('[data-may-leave]') !== null && from !== null) return;
    event.preventDefault();
    const text = marked(page);
    if (text === '') return;
    held = text;
    // Through the editor, so that undo and the field's own listeners know of it.
    if (event.type === 'cut') page.document.execCommand('delete');
  };
  page.document.addEventListener('copy', take, true);
  page.document.addEventListener('cut', take, true);
  page.document.addEventListener(
    'paste',
    (event) => {
      if (held === null) return;
      event.preventDefault();
      page.document.execCommand('insertText', false, held);
    },
    true,
  );
  return { clear: () => (held = null) };
}
