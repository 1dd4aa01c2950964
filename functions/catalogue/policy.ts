import { z } from 'zod';
import { plusMinutes } from '../shared/clock.ts';
import { keysOf } from '../shared/keys.ts';
import type { FieldError } from '../shared/problem.ts';
import { positive, quantity, text } from '../shared/quantity.ts';
import { defineRow } from '../shared/row.ts';
import { recipientGroup, type Site, siteKind } from './site.ts';

/** 1 front line, 2 vulnerable people, 3 residents (FACTS: who comes first). */
// Of several literals the documents would show the first, so what they show is said here.
export const tier = z.literal([1, 2, 3]).meta({ type: 'integer', enum: [1, 2, 3] });
export type Tier = z.infer<typeof tier>;

const DAY_MINUTES = 1_440;
const minutes = z.int().min(1).max(43_200);
const byTier = <S extends z.ZodType>(value: S) => z.strictObject({ tier1: value, tier2: value, tier3: value });
/** One value for each of these names, none left out and none besides. */
const byName = <K extends string, S extends z.ZodType>(names: readonly K[], value: S) =>
  z.strictObject(Object.fromEntries(names.map((name) => [name, value])) as Record<K, S>);

/** A code of GB/T 38565, or the beginning of several. */
const category = z.string().regex(/^[123]\d{0,6}$/);
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

/** How goods are bought until headquarters says otherwise. */
const DEFAULT_PURCHASE = {
  marginCapPercent: 30,
  sourceMinutes: { tier1: 60, tier2: 240, tier3: 480 },
  confirmMinutes: { tier1: 60, tier2: 120, tier3: 240 },
  followMinutes: 60,
  invoiceMinutes: 4_320,
  payMinutes: 10_080,
  papersMinutes: 1_440,
  appealMinutes: 1_440,
  supplyMinutes: { tier1: 60, tier2: 240, tier3: 480 },
  night: { from: '20:00', to: '08:00' },
  basis: { document: '财办库〔2020〕23号', waives: ['政府采购法规定的采购方式和程序', '进口物资审批'] },
};

/** How gifts are taken in until headquarters says otherwise. */
const DEFAULT_DONATION = {
  certifiedCategories: ['2'],
  medicineCategories: [],
  reviewMinutes: 240,
  expectMinutes: 4_320,
  lapseMinutes: 4_320,
  lookMinutes: 1_440,
  askDaysBefore: 14,
  wishDays: 30,
  answerMinutes: 2_880,
  plausibleTimes: 10,
  plausibleUnits: 1_000,
  reviewAboveFen: 50_000_000,
};

/** What headquarters may change without a release. Durations are minutes; money is fen. */
export const policyBody = z.strictObject({
  /** Tier by kind of site and recipient group; the asker cannot set it. */
  tiers: byName(siteKind.options, byName(recipientGroup.options, tier)),
  approval: z.strictObject({
    /** Within the norm and up to this estimated cost, approved at once. */
    atOnceUpToFen: byTier(quantity),
    /** Above this estimated cost, only headquarters decides. */
    supplyGroupUpToFen: quantity,
    /** How long each level has before the request goes to the next. */
    decideMinutes: z.strictObject({ supplyGroup: byTier(minutes), headquarters: byTier(minutes) }),
    /** Days of need a request covers when it does not say (定期限). */
    coverDays: z.int().min(1).max(30),
    /** Odd is this many times the median of what the site, or its kind, asked for before. */
    oddTimesMedian: z.int().min(2).max(1000),
  }),
  allocation: z.strictObject({
    /** Need due later than this waits. */
    horizonMinutes: minutes,
    /** How long served need still counts towards a site's share. */
    lookBackMinutes: minutes,
    /** From apportionment to departure, for the estimated arrival. */
    handlingMinutes: z.int().min(0).max(43_200),
    /** Need of tiers 2 and 3 is weighed at each multiple of this since midnight, all of it together; 0: at once. */
    waveMinutes: z.int().min(0).max(DAY_MINUTES).default(30),
  }),
  delivery: z.strictObject({
    /** Times of day, Asia/Shanghai, at which consignments open for tiers 2 and 3. */
    waves: z.array(timeOfDay).max(24),
    pickMinutes: byTier(minutes),
    dispatchMinutes: byTier(minutes),
    /** After the estimated arrival. */
    receiveMinutes: minutes,
    /** How long goods may be unaccounted for before somebody is reminded. */
    resolveMinutes: minutes.default(2_880),
    /** By when an emergency issue needs its papers. */
    papersMinutes: minutes.default(1_440),
  }),
  purchase: z
    .strictObject({
      /** A price may lie so far above its reference (FACTS: Dandong, April 2022). */
      marginCapPercent: z.int().min(0).max(1000),
      /** By when a buyer has to have chosen offers. */
      sourceMinutes: byTier(minutes),
      /** By when a supplier has to have confirmed an order; then the next is tried. */
      confirmMinutes: byTier(minutes),
      /** How often a purchase looks whether what it was opened for has come from elsewhere. */
      followMinutes: minutes,
      /** By when an invoice has to be there after goods were accepted, and be paid after it matched. */
      invoiceMinutes: minutes,
      payMinutes: minutes,
      /** By when the signed papers of a purchase are due after it was decided on. */
      papersMinutes: minutes,
      /** By when those above have to have answered, or delivered what they promised. */
      appealMinutes: minutes,
      /** By when somebody has to have decided what becomes of what the pool cannot meet. */
      supplyMinutes: byTier(minutes).default(DEFAULT_PURCHASE.supplyMinutes),
      /** When headquarters may do two people's work, with a reason: times of day, Asia/Shanghai. */
      night: z.strictObject({ from: timeOfDay, to: timeOfDay }),
      /** The rule that purchases rest on, and what it waives (FACTS: green-channel procurement). */
      basis: z.strictObject({ document: text(120), waives: z.array(text(120)).min(1).max(10) }),
    })
    .default(DEFAULT_PURCHASE),
  donation: z
    .strictObject({
      /** Of GB/T 38565, and all below them: goods that need a certificate (FACTS: donations, quality certificate). */
      certifiedCategories: z.array(category).max(20),
      /** The same of what is a medicine: a year has to be left of it. */
      medicineCategories: z.array(category).max(20),
      /** By when a person has to have looked at a gift that needs it. */
      reviewMinutes: minutes,
      /** By when a gift is expected whose donor does not say. */
      expectMinutes: minutes,
      /** How long after that staff are reminded of it, and then once more until it lapses. */
      lapseMinutes: minutes,
      /** How often it is looked at where received gifts are. */
      lookMinutes: minutes,
      /** Days before its last day of use from which on the wish of a designated lot is called into question. */
      askDaysBefore: z.int().min(1).max(365),
      /** The same for goods that do not expire: days after they came in. */
      wishDays: z.int().min(1).max(365),
      /** By when a donor is hoped to answer. */
      answerMinutes: minutes,
      /** More than so many times what is short and free, and more than so many issue units, a person looks at. */
      plausibleTimes: z.int().min(1).max(1000),
      plausibleUnits: positive,
      /** Money above this a person looks at. */
      reviewAboveFen: quantity,
    })
    .default(DEFAULT_DONATION),
  notices: z
    .strictObject({
      /** From so many missed deadlines of one step on, headquarters hears of each. */
      escalateAfter: z.int().min(1).max(100),
    })
    .default({ escalateAfter: 2 }),
});

export type PolicyBody = z.infer<typeof policyBody>;

export const policy = policyBody.extend({ county: z.string(), version: z.int() });
export type Policy = z.infer<typeof policy>;

export const policyRow = defineRow({
  type: 'policy',
  v: 1,
  schema: z.object(policy.shape),
  keys: (row) => keysOf(row.county).policy(),
});

/** `{ tier1: …, tier2: …, tier3: … }` at one tier. */
export const at = <T>(values: { tier1: T; tier2: T; tier3: T }, of: Tier): T => values[`tier${of}`];

/**
 * Front line: medical treatment, isolation, sampling, checkpoints, and whoever is on post elsewhere in the line of
 * duty. Then patients, infants, the elderly and households in difficulty; then residents.
 */
export const tierOf = (site: Pick<Site, 'kind'>, recipients: z.infer<typeof recipientGroup>, of: Policy): Tier =>
  of.tiers[site.kind]?.[recipients] ?? 3;

/** When goods that are apportioned now would reach a site: handling in the warehouse, then the road. */
export const arrivalAt = (
  { leadMinutes }: Pick<Site, 'leadMinutes'>,
  { allocation }: Pick<Policy, 'allocation'>,
  now: string,
): string => plusMinutes(now, allocation.handlingMinutes + leadMinutes);

const FRONT_LINE = { post: 1, vulnerable: 1, residents: 1 } as const;
const CIVILIAN = { post: 2, vulnerable: 2, residents: 3 } as const;

/** In force until headquarters says otherwise: version 0, stamped like any other on what it decided. */
export const DEFAULT_POLICY: PolicyBody = {
  tiers: {
    warehouse: CIVILIAN,
    hospital: FRONT_LINE,
    isolation: FRONT_LINE,
    sampling: FRONT_LINE,
    checkpoint: FRONT_LINE,
    community: CIVILIAN,
    township: CIVILIAN,
    village: CIVILIAN,
  },
  approval: {
    atOnceUpToFen: { tier1: 5_000_000, tier2: 1_000_000, tier3: 500_000 },
    supplyGroupUpToFen: 10_000_000,
    decideMinutes: {
      supplyGroup: { tier1: 30, tier2: 120, tier3: 240 },
      headquarters: { tier1: 30, tier2: 120, tier3: 240 },
    },
    coverDays: 3,
    oddTimesMedian: 10,
  },
  allocation: { horizonMinutes: 4_320, lookBackMinutes: 4_320, handlingMinutes: 60, waveMinutes: 30 },
  delivery: {
    waves: ['07:00', '14:00'],
    pickMinutes: { tier1: 60, tier2: 240, tier3: 480 },
    dispatchMinutes: { tier1: 60, tier2: 240, tier3: 480 },
    receiveMinutes: 240,
    resolveMinutes: 2_880,
    papersMinutes: 1_440,
  },
  purchase: DEFAULT_PURCHASE,
  donation: DEFAULT_DONATION,
  notices: { escalateAfter: 2 },
};

export const policyInForce = (county: string, stored: Policy | undefined): Policy =>
  stored ?? { ...DEFAULT_POLICY, county, version: 0 };

/** Limits that contradict each other. */
export const policyFaults = ({ approval, allocation, delivery }: PolicyBody): FieldError[] => [
  ...(['tier1', 'tier2', 'tier3'] as const).flatMap((name) =>
    approval.atOnceUpToFen[name] <= approval.supplyGroupUpToFen
      ? []
      : [
          {
            path: `approval.atOnceUpToFen.${name}`,
            message: `What only headquarters decides (over ${approval.supplyGroupUpToFen} fen) is not approved at once.`,
          },
        ],
  ),
  ...(allocation.waveMinutes > 0 && DAY_MINUTES % allocation.waveMinutes > 0
    ? [
        {
          path: 'allocation.waveMinutes',
          message: `Waves of ${allocation.waveMinutes} minutes come at other times each day: use a divisor of ${DAY_MINUTES}.`,
        },
      ]
    : []),
  ...delivery.waves.flatMap((wave, i) =>
    delivery.waves.indexOf(wave) === i ? [] : [{ path: `delivery.waves[${i}]`, message: `${wave} is named twice.` }],
  ),
];
