import type { Item } from '../catalogue/item.ts';
import type { Policy } from '../catalogue/policy.ts';
import { keepsStock, type Site } from '../catalogue/site.ts';
import { countyClock, plusMinutes } from '../shared/clock.ts';
import { type FieldError, fault, Problem } from '../shared/problem.ts';
import type { Designation } from '../stock/lot.ts';
import type { Donation, DonationLine } from './donation.ts';
import type { GiftBody } from './gift.ts';

/** Longer ahead is a slipped finger in the year. */
const MAX_DAYS_AHEAD = 90;

/** What a registration is held against. */
export interface Known {
  readonly items: ReadonlyMap<string, Item>;
  readonly sites: ReadonlyMap<string, Site>;
  /** The warehouse that takes in what names none. */
  readonly placeId: string | undefined;
  readonly policy: Policy['donation'];
  readonly now: string;
}

const wishFaults = (wish: Designation, { sites }: Known): FieldError[] => [
  // A warehouse uses nothing up: what is meant for one would reach nobody.
  ...(wish.to === 'siteKind' && wish.siteKind === 'warehouse'
    ? [
        fault('wish.for.siteKind', {
          zh: '仓库只保管物资，请写明给哪类点位。',
          en: 'A warehouse keeps goods and uses none: say which kind of site it is for.',
        }),
      ]
    : []),
  ...(wish.to === 'sites' ? wish.siteIds : []).flatMap((id, i) => {
    const site = sites.get(id);
    if (site?.active === true && site.kind !== 'warehouse') return [];
    return [
      fault(`wish.for.siteIds[${i}]`, {
        zh: `没有可以接收捐赠的点位“${id}”。`,
        en: `There is no site ${id} that could be given to.`,
      }),
    ];
  }),
];

const placeFaults = ({ placeId: asked }: GiftBody, { sites, placeId }: Known): FieldError[] => {
  const to = asked ?? placeId;
  if (to === undefined)
    return [fault('placeId', { zh: '本县还没有仓库可以接收。', en: 'There is no warehouse yet that takes gifts in.' })];
  return keepsStock(sites.get(to))
    ? []
    : [fault('placeId', { zh: `“${to}”不是在用的仓库。`, en: `${to} is not a warehouse in use.` })];
};

const timeFaults = ({ expectedAt }: GiftBody, { now }: Known): FieldError[] => {
  if (expectedAt === undefined) return [];
  const at = new Date(expectedAt).toISOString();
  const latest = plusMinutes(now, MAX_DAYS_AHEAD * 1_440);
  return at > now && at <= latest
    ? []
    : [
        fault('expectedAt', {
          zh: `送达时间须在现在之后、${countyClock(latest)} 之前。`,
          en: `It is brought later than now, and by ${countyClock(latest)}, China time.`,
        }),
      ];
};

const itemFaults = ({ goods = [], money }: GiftBody, { items }: Known): FieldError[] =>
  [
    ...goods.map(({ itemId }, i) => [itemId, `goods[${i}].itemId`] as const),
    ...(money?.mayBuy ?? []).map((itemId, i) => [itemId, `money.mayBuy[${i}]`] as const),
  ].flatMap(([itemId, path]) =>
    itemId === undefined || items.has(itemId)
      ? []
      : [
          fault(path, {
            zh: `物资目录里没有编号“${itemId}”；请改用文字说明。`,
            en: `There is no item ${itemId}: say in words what it is.`,
          }),
        ],
  );

/** Whatever a registration names that there is not. */
export const giftFaults = (body: GiftBody, known: Known): FieldError[] => [
  ...itemFaults(body, known),
  ...wishFaults(body.wish.for, known),
  ...placeFaults(body, known),
  ...timeFaults(body, known),
];

/** That a registration names what there is. @throws Problem 422 `invalid` with everything that is wrong, by field. */
export const demandKnown = (body: GiftBody, known: Known): void => {
  const errors = giftFaults(body, known);
  if (errors.length > 0)
    throw new Problem(
      422,
      'invalid',
      { zh: '登记内容有误，请更正。', en: 'The gift cannot be registered like this.' },
      errors,
    );
};

const linesOf = ({ goods = [] }: GiftBody): DonationLine[] =>
  goods.map(({ quantity, unit, ...line }, i) => ({
    ...line,
    ...{ n: i + 1, asked: { quantity, unit }, counted: [], final: false },
  }));

type Made = Pick<Donation, 'county' | 'id' | 'donorId' | 'channel' | 'salt' | 'codeHash' | 'registeredBy'>;

/** The gift as it is registered: the green channel screens it next. */
export const registered = (
  body: GiftBody,
  { placeId, policy, now }: Pick<Known, 'placeId' | 'policy' | 'now'>,
  made: Made,
): Omit<Donation, 'start' | 'attempt'> => ({
  ...made,
  ...{ version: 1, status: 'registered', reminders: 0, dueAt: now },
  ...{ wish: body.wish, placeId: body.placeId ?? placeId ?? '', lines: linesOf(body), consents: [], at: now },
  expectedAt:
    body.expectedAt === undefined ? plusMinutes(now, policy.expectMinutes) : new Date(body.expectedAt).toISOString(),
  ...(body.money && { money: body.money }),
});

/** How a gift came to be known, and under which key its code is made. */
export interface Origin {
  readonly channel: Donation['channel'];
  /** The key that the registration came under: whoever has it can be told the code again. */
  readonly key: string;
  /** The number that it has in somebody's papers. */
  readonly number?: string;
}
