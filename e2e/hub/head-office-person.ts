/** An admin at head office, signed in over the hub's own API: makes the one-time codes by which desks enrol. */
import { sendHttp } from '../../src/connectors/http/http-client.ts';
import type { Hub } from './hub-processes.ts';

export interface HeadOfficePerson {
  deskCode(name: string): Promise<string>;
}

export async function signInAtHeadOffice(hub: Hub): Promise<HeadOfficePerson> {
  const address = hub.processes[0]?.address ?? '';
  const post = async (path: string, body: object, headers: Readonly<Record<string, string>>) => {
    const answer = await sendHttp({
      url: `${address}${path}`,
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', origin: address },
      body: JSON.stringify(body),
      ...(hub.authority === null ? {} : { trust: hub.authority }),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.error.message}`);
    const text = new TextDecoder().decode(answer.value.body);
    if (answer.value.status >= 300) throw new Error(`${path}: ${answer.value.status} ${text}`);
    return { data: (JSON.parse(text) as { data: Record<string, string> }).data, headers: answer.value.headers };
  };
  const signedIn = await post('/api/auth/login', hub.admin, {});
  const session = {
    cookie: (signedIn.headers['set-cookie'] ?? '').split(';')[0] ?? '',
    'x-csrf-token': signedIn.data['csrfToken'] ?? '',
  };
  return {
    async deskCode(name) {
      const { data } = await post('/api/kiosk/desks', { name }, session);
      return data['code'] ?? '';
    },
  };
}
