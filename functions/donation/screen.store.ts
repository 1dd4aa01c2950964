import { getItems, getPolicy } from '../catalogue/catalogue.store.ts';
import { type Actor, systemActor } from '../shared/actor.ts';
import { countyDay } from '../shared/clock.ts';
import type { Deps } from '../shared/deps.ts';
import { mapEach } from '../shared/each.ts';
import type { Once } from '../shared/once.ts';
import { retrying } from '../shared/retrying.ts';
import { type Progress, progressOf } from '../workflow/progress.ts';
import type { Donation } from './donation.ts';
import { isDesignated } from './gift.ts';
import * as tell from './notices.ts';
import { giftOf } from './register.store.ts';
import { type Screened, screen, screenMoney } from './screen.ts';
import { afterScreening, decided, type ScreeningBody, screened } from './screening.ts';
import { writeGift } from './write.store.ts';

/** What approved need lacks of an item, and what is free of it, in base units: read by whoever composes the two. */
export type ShortageOf = (county: string, itemId: string) => Promise<{ readonly short: number; readonly free: number }>;

type Named = Pick<Donation['lines'][number], 'itemId'>;
const itemsOf = (deps: Deps, county: string, lines: readonly Named[]) =>
  getItems(
    deps,
    county,
    lines.flatMap(({ itemId }) => (itemId === undefined ? [] : [itemId])),
  );

const judge = async (
  deps: Deps & { readonly shortageOf: ShortageOf },
  row: Donation,
  now: string,
): Promise<readonly Screened[]> => {
  const { county, wish: of, lines, money, expectedAt } = row;
  const [items, { donation: policy }] = await Promise.all([itemsOf(deps, county, lines), getPolicy(deps, county)]);
  const wish = { designated: isDesignated(of.for), related: of.related };
  if (money !== undefined) return [screenMoney(money, { wish, policy })];
  // What is brought later has to keep from then on.
  const day = countyDay(row.channel === 'walk-in' || expectedAt < now ? now : expectedAt);
  return mapEach(lines, async (line) => {
    const item = line.itemId === undefined ? undefined : items.get(line.itemId);
    const { short, free } = item === undefined ? { short: 0, free: 0 } : await deps.shortageOf(county, item.id);
    return screen(line, { item, day, short, free, wish, policy });
  });
};

const tellingsOf = (row: Donation) => [
  ...(row.status === 'review' ? [tell.toReview(row)] : []),
  ...(row.channel === 'walk-in' &&
  row.status !== 'review' &&
  row.lines.some(({ screening }) => screening?.outcome === 'decline')
    ? [tell.toGiveBack(row)]
    : []),
];

const outcomes = ({ lines, money }: Donation) => ({
  lines: lines.map(({ n, screening }) => ({ n, outcome: screening?.outcome })),
  ...(money && { money: money.screening?.outcome }),
});

/** Task: the green channel screens a gift. Screened already is left as it is. */
export const screenGift = (deps: Deps & { readonly shortageOf: ShortageOf }, progress: Progress): Promise<Progress> =>
  retrying(async () => {
    const now = deps.clock.now();
    const actor = systemActor(progress.county);
    const row = await giftOf(deps, progress.county, progress.id);
    if (row.status !== 'registered') return progressOf(progress, row, now);
    const [results, { donation: policy }] = await Promise.all([
      judge(deps, row, now),
      getPolicy(deps, progress.county),
    ]);
    const next = afterScreening(screened(row, results, { by: actor.sub, now }), policy, now);
    await writeGift(deps, next, {
      ...{ actor, now, name: 'GiftScreened', data: { status: next.status, ...outcomes(next) } },
      tellings: tellingsOf(next),
    });
    return progressOf(progress, next, now);
  });

/**
 * A person decides on what the green channel left to one. Returns the gift's id.
 *
 * @throws Problem 404 `unknown-gift`, and as the rule `decided` says.
 */
export const decideGift = (deps: Deps, actor: Actor, once: Once, id: string, body: ScreeningBody): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const row = await giftOf(deps, actor.county, id);
    const [items, { donation: policy }] = await Promise.all([
      itemsOf(deps, actor.county, [...row.lines, ...body.lines]),
      getPolicy(deps, actor.county),
    ]);
    const next = afterScreening(decided(row, body, items, { by: actor.sub, now }), policy, now);
    await writeGift(deps, next, {
      ...{ actor, now, name: 'GiftReviewed', data: { status: next.status, ...outcomes(next) } },
      ...{ once: { by: once, result: id }, tellings: next.status === 'review' ? [] : tellingsOf(next) },
    });
    return id;
  });
