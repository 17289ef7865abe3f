/** What one call of the station is made of, and the parameter shapes many calls share. */
import { Type, type TSchema } from 'typebox';

export const closed = { additionalProperties: false } as const;
export const Id = Type.String({ minLength: 3, maxLength: 64, pattern: '^[A-Za-z0-9_-]+$' });
export const Email = Type.String({ minLength: 3, maxLength: 254, pattern: '^[^@\\s]+@[^@\\s]+$' });
export const Password = Type.String({ minLength: 1, maxLength: 200 });
export const NewPassword = Type.String({ minLength: 12, maxLength: 200 });
export const PersonName = Type.String({ minLength: 2, maxLength: 100 });
/** Encoded JPEG/PNG bytes, or a piece of a file. Both transports carry bytes as bytes. */
export const bytesUpTo = (maxBytes: number) => Type.Unsafe<Uint8Array>({ type: 'bytes', maxBytes });
export const Nothing = Type.Object({}, closed);
/** Who saves a text: the page, or the desk where the page may not (Electron). */
export const TakenTo = Type.Union([Type.Literal('page'), Type.Literal('desk')]);

/** `text` for the page to save, or `savedAs`: where the desk wrote it. `unavailable`: it has no folder, or cannot write there. */
export interface TakenText {
  readonly fileName: string;
  readonly text: string | null;
  readonly savedAs: string | null;
}

/** `public`: no one signed in; `signed-in`: any person; `customer`: the screen turned to the customer; else the roles that may. */
export type Caller =
  'public' | 'signed-in' | 'customer' | readonly ('staff' | 'supervisor' | 'analyst' | 'compliance' | 'admin')[];

export interface CallSpec<P extends TSchema, R> {
  readonly params: P;
  readonly caller: Caller;
  /** Phantom: the answer's type. */
  readonly answer?: R;
}

export function call<R>() {
  return <P extends TSchema>(params: P, caller: Caller): CallSpec<P, R> => ({ params, caller });
}
