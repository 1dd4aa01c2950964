import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** As whoever runs a receiver keeps it. */
export const SECRET = `whsec_${Buffer.alloc(32, 'green').toString('base64')}`;

interface Delivery {
  readonly id: string;
  readonly body: { readonly type: string; readonly timestamp: string; readonly data: Record<string, unknown> };
  readonly raw: string;
}

/**
 * A small receiver of webhooks, written from the convention alone: it takes only what is signed. `status` says how it
 * answers; `silent`: not at all.
 */
export const startReceiver = async (port = 0) => {
  const heard: Delivery[] = [];
  const forged: string[] = [];
  const answering: { status: number | 'silent' } = { status: 204 };
  const server = createServer(async (request, response) => {
    const raw = await text(request);
    const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': given } = request.headers;
    const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64');
    const meant = Buffer.from(`v1,${createHmac('sha256', key).update(`${id}.${at}.${raw}`).digest('base64')}`);
    const signature = Buffer.from(String(given));
    const genuine = signature.length === meant.length && timingSafeEqual(signature, meant);
    if (genuine) heard.push({ id: String(id), body: JSON.parse(raw), raw });
    else forged.push(raw);
    if (answering.status === 'silent') return;
    response.writeHead(genuine ? answering.status : 401, { location: '/elsewhere' }).end();
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/notices`,
    heard,
    forged,
    answering,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
