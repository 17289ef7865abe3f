// @vitest-environment jsdom
import { beforeAll, describe, expect, it } from 'vitest';
import { lockPage } from './lock-page.ts';

let field: HTMLInputElement;
beforeAll(() => {
  field = document.body.appendChild(document.createElement('input'));
  lockPage(window);
});
/** Whether the page refused it; sent to a field, as a person's key would be. */
const refused = (event: Event): boolean => !field.dispatchEvent(event);
const options = { bubbles: true, cancelable: true };

describe('the counter’s page', () => {
  it.each(['contextmenu', 'dragover', 'drop', 'dragstart'])('refuses %s', (kind) => {
    expect(refused(new window.Event(kind, options))).toBe(true);
  });

  it('refuses the middle button’s new window, not other clicks', () => {
    expect(refused(new window.MouseEvent('auxclick', { ...options, button: 1 }))).toBe(true);
    expect(refused(new window.MouseEvent('click', { ...options, button: 0 }))).toBe(false);
  });

  it('refuses the wheel as a zoom, not as a wheel', () => {
    expect(refused(new window.WheelEvent('wheel', { ...options, ctrlKey: true }))).toBe(true);
    expect(refused(new window.WheelEvent('wheel', options))).toBe(false);
  });

  it.each(['p', 's', 'o', 'u', 'r', 'f', '+', 'i'])('refuses Ctrl+%s', (key) => {
    expect(refused(new window.KeyboardEvent('keydown', { ...options, key, ctrlKey: true }))).toBe(true);
  });

  it.each(['c', 'v', 'x', 'a', 'z'])('leaves Ctrl+%s to the field', (key) => {
    expect(refused(new window.KeyboardEvent('keydown', { ...options, key, ctrlKey: true }))).toBe(false);
  });

  it('leaves typing alone', () => {
    for (const key of ['r', 'p', 'Tab', 'Enter', 'Escape', 'ArrowDown'])
      expect(refused(new window.KeyboardEvent('keydown', { ...options, key }))).toBe(false);
  });
});
