/** What a screen owes at every size of a counter: nothing outside, nothing cut off or covered, nothing too small for a finger. */
import { expect, type Page } from '@playwright/test';

export const sizes = {
  /** The smallest screen of a counter. */
  laptop: { width: 1366, height: 768 },
  /** A turned kiosk. */
  portrait: { width: 1080, height: 1920 },
  /** 1366 × 768 at a zoom of 200 %. */
  zoomed: { width: 683, height: 384 },
} as const;

/** Runs in the page: every way in which this screen does not fit, in words. */
function misfits(): string[] {
  const found: string[] = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) found.push(`the page is ${root.scrollWidth} px wide on ${root.clientWidth}`);
  const name = (element: Element): string =>
    element.getAttribute('data-testid') ?? `${element.tagName.toLowerCase()} "${element.textContent.slice(0, 30)}"`;
  const scrolls = (element: Element, axis: 'X' | 'Y'): boolean =>
    /auto|scroll/.test(getComputedStyle(element)[`overflow${axis}`]);
  const shown = (element: Element): boolean =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true });

  /** The element that cuts this one off for good: hides what is over its edge and does not scroll. */
  const cutBy = (element: Element, box: DOMRect): string | null => {
    for (let up = element.parentElement; up !== null; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (style.position === 'fixed') return null;
      if (scrolls(up, 'X') || scrolls(up, 'Y')) return null;
      const edge = up.getBoundingClientRect();
      const over = box.right > edge.right + 1 || box.left < edge.left - 1 || box.bottom > edge.bottom + 1;
      if (over && /hidden|clip/.test(style.overflow)) return name(up);
    }
    return null;
  };

  /** Beyond the edge of what it scrolls in, or under a bar that stays: reached by scrolling on. */
  const scrolledAway = (element: Element, x: number, y: number): boolean => {
    for (let up = element.parentElement; up !== null; up = up.parentElement) {
      if (!scrolls(up, 'X') && !scrolls(up, 'Y')) continue;
      const edge = up.getBoundingClientRect();
      if (x < edge.left || x > edge.right || y < edge.top || y > edge.bottom) return true;
    }
    return false;
  };
  const stays = (element: Element | null): boolean => {
    for (let up = element; up !== null; up = up.parentElement)
      if (/sticky|fixed/.test(getComputedStyle(up).position)) return true;
    return false;
  };

  /** Kept for the keyboard and the screen reader alone, in a box of one pixel. */
  const unseen = (element: Element): boolean => (element.parentElement?.getBoundingClientRect().width ?? 0) < 2;

  const controls = [
    ...document.querySelectorAll('button, a[href], input:not([type="hidden"]), select, textarea, [role="tab"], .check'),
  ].filter(
    (element) =>
      shown(element) && !unseen(element) && element.closest('[inert], [aria-hidden="true"], .hidden-text') === null,
  );
  for (const control of controls) {
    const box = control.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) continue;
    // A native box within a larger label is not what one aims at.
    const target = control.closest('label')?.getBoundingClientRect() ?? box;
    if (Math.max(target.width, box.width) < 47.5 || Math.max(target.height, box.height) < 47.5)
      found.push(`${name(control)} is only ${Math.round(box.width)} × ${Math.round(box.height)}`);
    const cut = cutBy(control, box);
    if (cut !== null) found.push(`${name(control)} is cut off by ${cut}`);
    if (control.scrollWidth > control.clientWidth + 1 && control.tagName === 'BUTTON')
      found.push(`the words of ${name(control)} do not fit it`);
    const x = box.left + box.width / 2;
    const y = box.top + box.height / 2;
    if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) continue;
    const top = document.elementFromPoint(x, y);
    const same =
      top === null || control.contains(top) || top.contains(control) || control.closest('label')?.contains(top);
    if (same !== true && !scrolledAway(control, x, y) && !stays(top))
      found.push(`${name(control)} lies under ${name(top ?? root)}`);
  }
  for (const box of document.querySelectorAll('main *')) {
    if (!scrolls(box, 'X') || box.scrollWidth <= box.clientWidth + 1 || !shown(box)) continue;
    // A wide table may scroll within its own frame, as long as the keyboard can scroll it.
    if (box.hasAttribute('tabindex') || box.querySelector('a, button, input') !== null) continue;
    found.push(`${name(box)} scrolls sideways out of the keyboard's reach`);
  }
  return [...new Set(found)];
}

/** At each size of a counter; afterwards the window is as it was. `see` may take a picture of each. */
export async function expectFits(page: Page, see?: (size: string) => Promise<void>): Promise<void> {
  const before = page.viewportSize();
  const found: string[] = [];
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    found.push(...(await misfitsAtRest(page)).map((words) => `${size}: ${words}`));
    await see?.(size);
  }
  if (before !== null) await page.setViewportSize(before);
  expect(found).toEqual([]);
}

/** What does not fit once the page has drawn itself at its new size: a page with a live picture takes some frames for that. */
async function misfitsAtRest(page: Page): Promise<string[]> {
  let found: string[] = [];
  for (let frames = 0; frames < 60; frames += 1) {
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    found = await page.evaluate(misfits);
    if (found.length === 0) break;
  }
  return found;
}
