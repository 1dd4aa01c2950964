import { z } from 'zod';
import type { Role } from '../functions/shared/actor.ts';
import { countyDay } from '../functions/shared/clock.ts';
import { type Client, clientFor, Refused } from './client.ts';
import { health } from './time.ts';
import { SAMPLE_FUNDS, type SampleFund } from './zeku/funds.ts';
import { SAMPLE_ITEMS } from './zeku/items.ts';
import { type SampleOffer, sampleOffers } from './zeku/offers.ts';
import { SAMPLE_SITES } from './zeku/sites.ts';
import { openingStock, type SampleNote } from './zeku/stock.ts';
import { SAMPLE_SUPPLIERS } from './zeku/suppliers.ts';

/** Enough to keep a host busy, and little enough that the sign-in it serves meanwhile does not wait. */
const AT_ONCE = 12;

/** Runs the work with at most so much of it under way. Nothing new begins after the first failure. */
const inParallel = async <T>(work: readonly T[], run: (one: T) => Promise<unknown>): Promise<void> => {
  const left = [...work];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let one = left.shift(); one !== undefined; one = left.shift())
        await run(one).catch((error: unknown) => {
          left.length = 0;
          throw error;
        });
    }),
  );
};

/** Puts what is not there yet. What somebody has changed since stays as they left it. */
const put = async (client: Client, path: string, body: unknown): Promise<void> => {
  try {
    await client.put(path, body, z.unknown());
  } catch (error) {
    if (!(error instanceof Refused && error.code === 'changed-meanwhile')) throw error;
  }
};

/** Books a paper; one that was booked on an earlier day, with that day's dates, stays as it is. */
export const book = async (client: Client, paper: SampleNote): Promise<void> => {
  try {
    await client.post('/staff/stock-receipts', paper, z.unknown(), paper.document);
  } catch (error) {
    if (!(error instanceof Refused && ['paper-booked', 'key-reused'].includes(error.code))) throw error;
  }
};

/** Books what came into a fund, one after the other, because in that order it is spent. */
const topUp = async (client: Client, { id, credits }: SampleFund): Promise<void> => {
  for (const credit of credits)
    try {
      await client.post(`/staff/funds/${id}/credits`, credit, z.unknown(), credit.document);
    } catch (error) {
      if (!(error instanceof Refused && ['document-credited', 'key-reused'].includes(error.code))) throw error;
    }
};

/** Writes down an offer; one that was written down on an earlier day stays as it is. */
const offer = async (client: Client, one: SampleOffer, key: string): Promise<void> => {
  try {
    await client.post('/staff/offers', one, z.unknown(), key);
  } catch (error) {
    if (!(error instanceof Refused && error.code === 'key-reused')) throw error;
  }
};

/**
 * Loads the sample county through the API: catalogue and funds first, then what is in them, the opening stock and
 * what shops offer, dates counted from the host's own day. Repeating it, after a crash half-way or on another day, completes it and doubles nothing.
 */
export const loadSampleCounty = async (
  baseUrl: string,
  tokenFor: (role: Role) => Promise<string> | string,
): Promise<void> => {
  const as = (role: Role) => clientFor({ baseUrl, token: () => tokenFor(role) });
  const [headquarters, storekeeper, finance] = [as('headquarters'), as('storekeeper'), as('finance')];
  await inParallel(
    [
      ...SAMPLE_ITEMS.map((item) => ({ path: `/staff/items/${item.id}`, ...item })),
      ...SAMPLE_SITES.map((site) => ({ path: `/staff/sites/${site.id}`, ...site })),
      ...SAMPLE_SUPPLIERS.map((supplier) => ({ path: `/staff/suppliers/${supplier.id}`, ...supplier })),
      ...SAMPLE_FUNDS.map(({ credits: _, ...fund }) => ({ path: `/staff/funds/${fund.id}`, ...fund })),
    ],
    ({ path, id: _, ...body }) => put(headquarters, path, body),
  );
  await inParallel(SAMPLE_FUNDS, (fund) => topUp(finance, fund));
  const { now } = await storekeeper.get('/health', health);
  await inParallel(openingStock(countyDay(now)), (paper) => book(storekeeper, paper));
  const buyer = as('buyer');
  await inParallel([...sampleOffers(countyDay(now)).entries()], ([i, one]) =>
    offer(buyer, one, `sample-offer-${i + 1}`),
  );
};
