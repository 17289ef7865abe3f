import { useLayoutEffect, useRef } from 'react';

interface BytesImageProps {
  readonly bytes: Uint8Array;
  readonly alt: string;
  readonly className?: string;
}

/**
 * A picture from memory. Its address is revoked with the element, so that nothing of the customer stays reachable. In a layout
 * effect, whose clean-up runs before the element leaves the page: Chromium remembers an image for ever whose source changes
 * after that, and with it the whole screen around it.
 */
export function BytesImage({ bytes, alt, className }: BytesImageProps) {
  const image = useRef<HTMLImageElement>(null);
  useLayoutEffect(() => {
    const element = image.current;
    if (element === null) return undefined;
    const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'image/jpeg' }));
    element.src = url;
    return () => {
      element.removeAttribute('src');
      URL.revokeObjectURL(url);
    };
  }, [bytes]);
  return <img ref={image} alt={alt} className={className} draggable={false} />;
}
