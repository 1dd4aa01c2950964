import { z } from 'zod';
import type { Item } from '../catalogue/item.ts';
import type { Site } from '../catalogue/site.ts';
import { inUnits } from '../catalogue/words.ts';
import { countyDay } from '../shared/clock.ts';
import { compare } from '../shared/order.ts';
import { type Movement, RETURNED_TO_DONOR, summed } from '../stock/movement.ts';

const said = z.object({ zh: z.string(), en: z.string() });

/** Where goods are, or how they ended. */
const whereabout = z.enum(['held', 'in-transit', 'looked-for', 'delivered', 'damaged', 'lost', 'disposed', 'returned']);
type Whereabout = z.infer<typeof whereabout>;

/** Some of a lot in one place, or with one end: base units, and in words. No name of a person, only of places. */
export const portion = z.object({
  where: whereabout,
  quantity: z.int(),
  words: said,
  site: z.object({ id: z.string(), nameZh: z.string(), nameEn: z.string(), township: z.string() }).optional(),
  /** The last county day on which some of it came there. */
  day: z.string().optional(),
  /** Of what was lost or disposed of: why, as it was noted by a code. */
  reason: z.string().optional(),
});
export type Portion = z.infer<typeof portion>;

type Of = Pick<Movement, 'kind' | 'effects' | 'placeId' | 'toId' | 'reason' | 'at'>;

/** To whom a movement delivered: whoever it was carried to. */
const reached = ({ toId, placeId }: Of): string => toId ?? placeId;

/** What movements did to one bucket, by where and why; what was put right later is taken off where it was. */
const grouped = (
  movements: readonly Of[],
  bucket: 'delivered' | 'damaged' | 'lost' | 'disposed',
  by: (movement: Of) => string,
): { readonly quantity: number; readonly first: Of; readonly last: Of }[] =>
  [
    ...Map.groupBy(
      movements.filter(({ effects }) => (effects[bucket] ?? 0) !== 0),
      by,
    ).values(),
  ]
    .map((of) => ({
      quantity: of.reduce((sum, { effects }) => sum + (effects[bucket] ?? 0), 0),
      first: of[0] as Of,
      last: of.at(-1) as Of,
    }))
    .filter(({ quantity }) => quantity !== 0);

/**
 * Where all of a lot is, from its movements alone: the quantities add up to what came in. Several deliveries to one site
 * are one portion, with the day of the last.
 */
export const whereabouts = (
  movements: readonly Of[],
  item: Item,
  sites: ReadonlyMap<string, Pick<Site, 'id' | 'nameZh' | 'nameEn' | 'township'>>,
): Portion[] => {
  const { onHand, inTransit, unaccounted } = summed(movements);
  const one = (where: Whereabout, quantity: number, more: Partial<Portion> = {}): Portion[] =>
    quantity === 0 ? [] : [{ where, quantity, words: inUnits(item, quantity), ...more }];
  const siteOf = (id: string): Pick<Portion, 'site'> => {
    const site = sites.get(id);
    if (site === undefined) return {};
    const { nameZh, nameEn, township } = site;
    return { site: { id, nameZh, nameEn, township } };
  };
  const ended = (bucket: 'damaged' | 'lost' | 'disposed') =>
    grouped(movements, bucket, ({ reason = '' }) => reason).flatMap(({ quantity, last }) =>
      one(bucket === 'disposed' && last.reason === RETURNED_TO_DONOR ? 'returned' : bucket, quantity, {
        ...{ day: countyDay(last.at) },
        ...(last.reason !== undefined && { reason: last.reason }),
      }),
    );
  return [
    ...one('held', onHand),
    ...one('in-transit', inTransit),
    ...one('looked-for', unaccounted),
    ...grouped(movements, 'delivered', reached)
      .toSorted((a, b) => compare(a.first.at, b.first.at))
      .flatMap(({ quantity, last }) =>
        one('delivered', quantity, { ...siteOf(reached(last)), day: countyDay(last.at) }),
      ),
    ...ended('damaged'),
    ...ended('lost'),
    ...ended('disposed'),
  ];
};

/** Base units of a lot that came in: what its whereabouts add up to. */
export const cameIn = (movements: readonly Pick<Movement, 'effects'>[]): number => {
  const { opening, received, found, adjustedUp, adjustedDown } = summed(movements);
  return opening + received + found + adjustedUp - adjustedDown;
};
