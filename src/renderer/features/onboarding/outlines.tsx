import type { CoachAnswer } from '../../../contract/desk/answers.ts';
import { autoCaptureRule } from '../../../core/camera/auto-capture.ts';
import type { CameraSource } from '../../camera/camera-source.ts';

interface OutlineProps {
  /** Nothing is to be mended at the moment. */
  readonly good: boolean;
  readonly source: CameraSource;
  readonly answer: CoachAnswer | null;
  readonly streak: number;
}

/** Size of the live picture; the overlay uses the same letterboxing as the picture itself. */
function frameSize(source: CameraSource): { readonly width: number; readonly height: number } {
  const { width, height } = source.identity();
  return width > 0 && height > 0 ? { width, height } : { width: 1280, height: 720 };
}

/** ISO/IEC 7810 ID-1 is 85.60 × 53.98 mm. */
const cardRatio = 85.6 / 53.98;

export function CardOutline({ source, answer, streak, good }: OutlineProps) {
  const { width, height } = frameSize(source);
  const cardWidth = Math.min(width * 0.78, height * 0.82 * cardRatio);
  const cardHeight = cardWidth / cardRatio;
  const x = (width - cardWidth) / 2;
  const y = (height - cardHeight) / 2;
  const points = answer?.outline?.map((point) => `${point.x * width},${point.y * height}`).join(' ');
  const line = Math.max(3, width / 260);
  return (
    <svg className={good ? 'outline outline-ready' : 'outline'} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <path
        className="outline-shade"
        fillRule="evenodd"
        d={`M0 0H${width}V${height}H0Z M${x} ${y}h${cardWidth}v${cardHeight}h${-cardWidth}Z`}
      />
      <rect
        className="outline-line"
        x={x}
        y={y}
        width={cardWidth}
        height={cardHeight}
        rx={cardWidth * 0.036}
        strokeWidth={line}
        strokeDasharray={streak > 0 ? undefined : `${line * 5} ${line * 3}`}
      />
      {points === undefined ? null : (
        <>
          <polygon className="outline-found" points={points} strokeWidth={line} data-testid="card-outline" />
          <polygon
            className="outline-ring"
            points={points}
            strokeWidth={line * 2}
            pathLength={1}
            strokeDasharray={`${Math.min(1, streak / autoCaptureRule.looksNeeded)} 1`}
          />
        </>
      )}
    </svg>
  );
}

/** How much of the oval's height the face fills when it is near enough. */
const nearEnough = 0.72;

/** 0–1: how near the face is to the distance wanted; 1 once it is there. */
function closeness(outline: CoachAnswer['outline'] | undefined, ovalHeight: number): number {
  if (outline === null || outline === undefined || outline.length === 0) return 0;
  const rows = outline.map(({ y }) => y);
  return Math.min(1, (Math.max(...rows) - Math.min(...rows)) / (ovalHeight * nearEnough));
}

/** Oval with a distance ring: it closes as the face comes near, and turns green as the answers turn ready. */
export function FaceOval({ source, answer, streak, good }: OutlineProps) {
  const { width, height } = frameSize(source);
  const ry = height * 0.4;
  const rx = ry * 0.76;
  const cx = width / 2;
  const cy = height * 0.49;
  const line = Math.max(4, height / 110);
  const share = streak > 0 ? Math.min(1, streak / 3) : closeness(answer?.outline, (2 * ry) / height);
  const oval = `M${cx} ${cy - ry}A${rx} ${ry} 0 1 1 ${cx} ${cy + ry}A${rx} ${ry} 0 1 1 ${cx} ${cy - ry}Z`;
  return (
    <svg className={good ? 'outline outline-ready' : 'outline'} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <path className="outline-shade" fillRule="evenodd" d={`M0 0H${width}V${height}H0Z ${oval}`} />
      <path className="outline-line" d={oval} strokeWidth={line} strokeDasharray={`${line * 4} ${line * 3}`} />
      <path
        className={streak > 0 ? 'outline-ring' : 'outline-distance'}
        d={oval}
        data-testid="distance-ring"
        data-share={share.toFixed(2)}
        strokeWidth={line * 1.6}
        pathLength={1}
        strokeDasharray={`${share} 1`}
      />
    </svg>
  );
}
