/** Developer tools, reload, print dialog, zoom, find, save and open have no place at a counter. */
export function isForbiddenShortcut(input: {
  readonly key: string;
  readonly control: boolean;
  readonly meta: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
}): boolean {
  const key = input.key.toLowerCase();
  if (/^f([1-9]|1[0-2])$/.test(key)) return true;
  if (input.alt && (key === 'f4' || key === 'arrowleft' || key === 'arrowright')) return true;
  return (
    (input.control || input.meta) &&
    ['r', 'p', 'o', 's', 'u', 'f', 'g', 'j', 'n', 't', 'w', '+', '-', '=', '0', 'i'].includes(key)
  );
}
