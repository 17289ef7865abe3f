/** A customer's own device (api-facts: devices/register): its key signs the bundles it captures. Not a desk. */
import { Type } from 'typebox';
import { oneOf, platforms } from '../vocabulary.ts';
import { closed, CustomerId, Id, Instant, orNull } from './common.ts';

export const RegisterDeviceBody = Type.Object(
  {
    customerId: CustomerId,
    platform: oneOf(platforms, { examples: ['android'] }),
    name: Type.Optional(
      Type.String({ minLength: 1, maxLength: 100, description: 'Model, to recognise it', examples: ['Pixel 9'] }),
    ),
    publicKey: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9_-]{43}$',
        description:
          'base64url raw Ed25519 public key. With it the device signs with `signatureAlg: ed25519` and gets no secret; without it, it gets a secret for HMAC',
        examples: ['11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'],
      }),
    ),
  },
  closed,
);

export const RegisteredDeviceSchema = Type.Object(
  {
    device: Type.Object(
      {
        id: Id,
        customerId: CustomerId,
        platform: oneOf(platforms),
        signatureAlg: oneOf(['hmac-sha256', 'ed25519']),
        secret: orNull(
          Type.String({
            description:
              'Shown once. The HMAC key of bundles that name this `deviceId`, as text. Keep it in the keystore of the device',
            examples: ['qe_dsk_3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
          }),
        ),
        active: Type.Boolean({ examples: [true] }),
        createdAt: Instant,
      },
      closed,
    ),
  },
  { ...closed, title: 'RegisteredDevice' },
);
