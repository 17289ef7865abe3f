/** Where a zoomed picture stands in its frame. Pure, so that its edges are tested. */
export interface ZoomView {
  readonly scale: number;
  /** Px, of the content's top left corner from the frame's. */
  readonly x: number;
  readonly y: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

export const unmoved: ZoomView = { scale: 1, x: 0, y: 0 };
const largest = 8;

/** The content always covers the frame: nothing is pulled out of sight. */
function kept({ scale, x, y }: ZoomView, { width, height }: Size): ZoomView {
  const within = (value: number, room: number) => Math.min(0, Math.max(value, room * (1 - scale)));
  return { scale, x: within(x, width), y: within(y, height) };
}

/** Zooms so that what lies under `at` (frame px; the middle where left out) stays there. */
export function zoomed(
  view: ZoomView,
  factor: number,
  size: Size,
  at: { readonly x: number; readonly y: number } = { x: size.width / 2, y: size.height / 2 },
): ZoomView {
  const scale = Math.min(largest, Math.max(1, view.scale * factor));
  const ratio = scale / view.scale;
  return kept({ scale, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio }, size);
}

export function moved(view: ZoomView, x: number, y: number, size: Size): ZoomView {
  return kept({ ...view, x: view.x + x, y: view.y + y }, size);
}
