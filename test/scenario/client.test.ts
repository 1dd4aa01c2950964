import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { clientFor, Refused, Unanswered } from '../../scenario/client.ts';

const ok = z.object({ id: z.string() });
const problem = (status: number, title: string) => (response: ServerResponse) =>
  response.writeHead(status).end(JSON.stringify({ title, detail: 'because', errors: [] }));
const answer = (body: unknown) => (response: ServerResponse) => response.writeHead(200).end(JSON.stringify(body));
const hangUp = (response: ServerResponse) => response.destroy();

let stop = () => {};
afterEach(() => stop());

/** A host that answers the nth attempt with the nth reply. */
const hostThat = async (...replies: ((response: ServerResponse) => void)[]) => {
  const heard: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    heard.push(request);
    replies[heard.length - 1]?.(response);
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return {
    heard,
    client: clientFor({ baseUrl: `http://127.0.0.1:${port}`, token: () => 'a-token', patienceMs: 2_000 }),
  };
};

describe('a caller of the API', () => {
  it('repeats a command after a lost reply, a failure and a lost race, always under the same key', async () => {
    const { heard, client } = await hostThat(
      hangUp,
      problem(500, 'internal'),
      problem(409, 'changed-meanwhile'),
      answer({ id: 'req_1' }),
    );
    expect(await client.post('/staff/requests', { lines: [] }, ok)).toEqual({ id: 'req_1' });
    expect(heard).toHaveLength(4);
    expect(new Set(heard.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect(heard[0]?.headers['idempotency-key']).toBeTruthy();
  });

  it('takes a refusal as the answer, with its code and field paths', async () => {
    const { heard, client } = await hostThat(problem(422, 'unknown-unit'));
    await expect(client.post('/staff/requests', {}, ok)).rejects.toMatchObject({ status: 422, code: 'unknown-unit' });
    expect(heard).toHaveLength(1);
  });

  it('names the call that had no answer, and says what to do', async () => {
    const { client } = await hostThat(...Array.from({ length: 50 }, () => hangUp));
    const asked = client.post('/staff/consignments/con_1/picking', undefined, ok);
    await expect(asked).rejects.toThrow(Unanswered);
    await expect(asked).rejects.toThrow(
      /^POST \/staff\/consignments\/con_1\/picking had no answer within \d+ s \(.+\)\. .*\/health.*--speed/,
    );
  });

  it('does not overwrite what somebody else has changed', async () => {
    const { heard, client } = await hostThat(problem(409, 'changed-meanwhile'));
    await expect(client.put('/staff/items/mask', {}, ok, '"1"')).rejects.toThrow(Refused);
    expect(heard).toHaveLength(1);
  });

  it('follows the cursor to the end of a list', async () => {
    const { heard, client } = await hostThat(
      answer({ rows: [{ id: 'a' }], cursor: 'next' }),
      answer({ rows: [{ id: 'b' }] }),
    );
    expect(await client.all('/staff/requests?status=open', ok)).toEqual([{ id: 'a' }, { id: 'b' }]);
    expect(heard[1]?.url).toBe('/staff/requests?status=open&limit=200&cursor=next');
  });
});
