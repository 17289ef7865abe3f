// @vitest-environment jsdom
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { keepClipboard, type PageClipboard } from './page-clipboard.ts';

let clipboard: PageClipboard;
let field: HTMLInputElement;
let inserted: string[];

beforeAll(() => {
  clipboard = keepClipboard(window);
  // jsdom has no editor: what would be typed is noted, and the browser spec sees it typed.
  document.execCommand = (command: string, _ui?: boolean, value?: string) =>
    inserted.push(command === 'insertText' ? (value ?? '') : command) > 0;
});
beforeEach(() => {
  inserted = [];
  field = document.body.appendChild(document.createElement('input'));
  field.value = '3273021709900001';
  field.focus();
  field.setSelectionRange(0, 6);
});
afterEach(() => {
  clipboard.clear();
  document.body.replaceChildren();
});

/** Whether the page kept the browser from doing it with the machine's clipboard. */
const kept = (kind: string, on: Element = field): boolean =>
  !on.dispatchEvent(new Event(kind, { bubbles: true, cancelable: true }));

describe('the clipboard of a counter', () => {
  it('is the page’s own: copied here, pasted here', () => {
    expect(kept('copy')).toBe(true);
    expect(kept('paste')).toBe(true);
    expect(inserted).toEqual(['327302']);
  });

  it('takes away what is cut', () => {
    expect(kept('cut')).toBe(true);
    expect(inserted).toEqual(['delete']);
  });

  it('holds nothing after the customer: the machine’s clipboard is pasted, which never had it', () => {
    kept('copy');
    clipboard.clear();
    expect(kept('paste')).toBe(false);
    expect(inserted).toEqual([]);
  });

  it('never takes a password', () => {
    field.type = 'password';
    expect(kept('copy')).toBe(true);
    expect(kept('paste')).toBe(false);
  });

  it('lets go of a secret that is shown to be carried away', () => {
    const secret = document.body.appendChild(document.createElement('p'));
    secret.setAttribute('data-may-leave', '');
    expect(kept('copy', secret)).toBe(false);
    expect(kept('paste')).toBe(false);
  });
});
