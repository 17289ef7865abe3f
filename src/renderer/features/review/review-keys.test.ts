// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { actOf, reviewKeys } from './review-keys.ts';

document.body.innerHTML = `
  <input id="typing" /><textarea id="writing"></textarea><select id="choosing"></select>
  <input id="ticking" type="checkbox" /><button id="button"></button>
  <div data-keeps-arrows><div id="scrolling"></div></div>
  <div role="alertdialog"><button id="deciding"></button></div>`;
const at = (id: string) => document.getElementById(id);
const press = (key: string, part: object = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, ...part });

describe('keys of the review desk', () => {
  it.each([
    ['j', 'next'],
    ['ArrowDown', 'next'],
    ['k', 'previous'],
    ['o', 'open'],
    ['Enter', 'open'],
    ['a', 'approve'],
    ['Escape', 'close'],
    ['?', 'help'],
    ['q', null],
  ])('%s means %s', (key, act) => {
    expect(actOf(press(key), null)).toBe(act);
  });

  it('mean nothing while somebody types, chooses or decides, and with a modifier', () => {
    for (const id of ['typing', 'writing', 'choosing', 'deciding']) expect(actOf(press('a'), at(id))).toBeNull();
    expect(actOf(press('a', { ctrlKey: true }), null)).toBeNull();
    expect(actOf(press('a'), at('ticking'))).toBe('approve');
  });

  it('leave Enter to a button and arrows to what scrolls', () => {
    expect(actOf(press('Enter'), at('button'))).toBeNull();
    expect(actOf(press('ArrowDown'), at('scrolling'))).toBeNull();
    expect(actOf(press('j'), at('scrolling'))).toBe('next');
  });

  it('are unambiguous', () => {
    const all = reviewKeys.flatMap(({ keys }) => keys);
    expect(new Set(all).size).toBe(all.length);
  });
});
