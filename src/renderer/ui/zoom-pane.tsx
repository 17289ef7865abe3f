import { Maximize, ZoomIn, ZoomOut } from 'lucide-react';
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { useText } from '../i18n/messages.ts';
import { moved, unmoved, zoomed, type ZoomView } from './zoom-view.ts';

interface ZoomPaneProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly testId: string;
}

const step = 1.25;
const stride = 40;

/** A picture one can look into: by wheel, drag, buttons and keys. What is shown never leaves its frame. */
export function ZoomPane({ title, children, testId }: ZoomPaneProps) {
  const text = useText();
  const pane = useRef<HTMLDivElement>(null);
  const drag = useRef<{ readonly x: number; readonly y: number } | null>(null);
  const [view, setView] = useState<ZoomView>(unmoved);
  const size = () => ({ width: pane.current?.clientWidth ?? 1, height: pane.current?.clientHeight ?? 1 });
  const zoom = (factor: number, at?: { readonly x: number; readonly y: number }) =>
    setView((now) => zoomed(now, factor, size(), at));
  const move = (x: number, y: number) => setView((now) => moved(now, x, y, size()));

  useEffect(() => {
    const element = pane.current;
    if (element === null) return undefined;
    // React listens passively; a wheel that zooms must not scroll the case away.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const at = { x: event.clientX - box.left, y: event.clientY - box.top };
      setView((now) => zoomed(now, event.deltaY < 0 ? step : 1 / step, { width: box.width, height: box.height }, at));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, []);

  const onKey = (event: KeyboardEvent) => {
    const keys: Readonly<Record<string, () => void>> = {
      '+': () => zoom(step),
      '=': () => zoom(step),
      '-': () => zoom(1 / step),
      '0': () => setView(unmoved),
      ArrowLeft: () => move(stride, 0),
      ArrowRight: () => move(-stride, 0),
      ArrowUp: () => move(0, stride),
      ArrowDown: () => move(0, -stride),
    };
    const act = keys[event.key];
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  const onMove = (event: PointerEvent) => {
    if (drag.current === null) return;
    move(event.clientX - drag.current.x, event.clientY - drag.current.y);
    drag.current = { x: event.clientX, y: event.clientY };
  };
  const percent = Math.round(view.scale * 100);
  return (
    <figure className="zoom" data-testid={testId} data-scale={percent}>
      <div
        ref={pane}
        className="zoom-pane"
        tabIndex={0}
        role="group"
        aria-label={text('zoom.pane', { title, percent })}
        onKeyDown={onKey}
        onPointerDown={(event) => {
          drag.current = { x: event.clientX, y: event.clientY };
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={onMove}
        onPointerUp={() => (drag.current = null)}
        onPointerCancel={() => (drag.current = null)}
        data-testid={`${testId}-pane`}
      >
        <div className="zoom-content" style={{ transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})` }}>
          {children}
        </div>
      </div>
      <figcaption className="row zoom-bar">
        <span className="grow">{title}</span>
        <span className="small muted" aria-live="polite">
          {text('zoom.level', { percent })}
        </span>
        <IconButton label={text('zoom.out', { title })} onPress={() => zoom(1 / step)} testId={`${testId}-out`}>
          <ZoomOut size={20} aria-hidden="true" />
        </IconButton>
        <IconButton label={text('zoom.in', { title })} onPress={() => zoom(step)} testId={`${testId}-in`}>
          <ZoomIn size={20} aria-hidden="true" />
        </IconButton>
        <IconButton label={text('zoom.reset', { title })} onPress={() => setView(unmoved)} testId={`${testId}-reset`}>
          <Maximize size={20} aria-hidden="true" />
        </IconButton>
      </figcaption>
    </figure>
  );
}

function IconButton(props: {
  readonly label: string;
  readonly onPress: () => void;
  readonly children: ReactNode;
  readonly testId: string;
}) {
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={props.label}
      title={props.label}
      onClick={props.onPress}
      data-testid={props.testId}
    >
      {props.children}
    </button>
  );
}
