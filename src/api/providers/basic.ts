/** HTTP Basic (RFC 7617): user and password, or null. */
export function readBasic(header: string | undefined): { readonly user: string; readonly password: string } | null {
  const match = /^Basic ([A-Za-z0-9+/=_-]{1,2000})$/i.exec(header ?? '');
  if (match === null) return null;
  const text = Buffer.from(match[1] ?? '', 'base64').toString('utf8');
  const at = text.indexOf(':');
  return at === -1 ? null : { user: text.slice(0, at), password: text.slice(at + 1) };
}
