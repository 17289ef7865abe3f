import { useEffect, useRef, useState } from 'react';
import type { Box } from '../../../contract/facts.ts';
import { useText } from '../../i18n/messages.ts';

/** Around what was read, 0–1 of the card: a letter cut off at its foot cannot be compared. */
const margin = { x: 0.008, y: 0.012 };

/** The card decoded once for all its crops; gone from memory with the step. Null until it is there, or when it is no picture. */
export function useCardBitmap(bytes: Uint8Array | null): ImageBitmap | null {
  const [bitmap, setBitmap] = useState<ImageBitmap | null>(null);
  useEffect(() => {
    if (bytes === null) return undefined;
    let left = false;
    let opened: ImageBitmap | null = null;
    createImageBitmap(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'image/jpeg' })).then(
      (made) => {
        if (left) return made.close();
        opened = made;
        setBitmap(made);
      },
      () => undefined,
    );
    return () => {
      left = true;
      opened?.close();
      setBitmap(null);
    };
  }, [bytes]);
  return bitmap;
}

/** What the camera saw of one field, beside what the machine made of it. Drawn, so that no second address of the card exists. */
export function FieldCrop({
  card,
  box,
  label,
}: {
  readonly card: ImageBitmap;
  readonly box: Box;
  readonly label: string;
}) {
  const text = useText();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const left = Math.max(0, box.x - margin.x) * card.width;
    const top = Math.max(0, box.y - margin.y) * card.height;
    const width = Math.min(1, box.x + box.width + margin.x) * card.width - left;
    const height = Math.min(1, box.y + box.height + margin.y) * card.height - top;
    element.width = Math.max(1, Math.round(width));
    element.height = Math.max(1, Math.round(height));
    element.getContext('2d')?.drawImage(card, left, top, width, height, 0, 0, element.width, element.height);
    return () => {
      element.width = 0;
      element.height = 0;
    };
  }, [card, box]);
  return <canvas ref={canvas} className="field-crop" role="img" aria-label={text('fields.crop', { field: label })} />;
}
