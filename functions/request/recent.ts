import type { Item } from '../catalogue/item.ts';
import { at, type Policy } from '../catalogue/policy.ts';
import type { RecipientGroup, Site } from '../catalogue/site.ts';
import { countyDay, plusDays } from '../shared/clock.ts';
import type { Line } from './line.ts';
import { ration } from './norm.ts';
import type { Request } from './request.ts';

/** What is asked for now, for whom and when. */
export interface AskingNow {
  readonly recipients: RecipientGroup;
  readonly now: string;
  readonly needBy: string;
  /** None before it has one. */
  readonly requestId?: string | undefined;
  /** By when nobody had decided on it, where it is silence that lets it go. */
  readonly undecidedAt?: string | undefined;
}

/** What a site asks for now. */
export interface SiteAsking extends AskingNow {
  readonly county: string;
  readonly siteId: string;
}

/** What a site has had, or is to get, from earlier asks. */
export interface RecentNeed {
  /** Base units by item that count towards the norm; an item that is not here: none. */
  readonly quantities: ReadonlyMap<string, number>;
  /** More was asked for in these days than is looked through, so that more may count. */
  readonly incomplete: boolean;
}

/** The same with what it was approved at once. */
export interface Recent extends RecentNeed {
  readonly atOnceFen: number;
}

/** The first day on the county's calendar that a need from this instant on no longer covers. */
const dayAfter = (from: string, coverDays: number): string => plusDays(countyDay(from), coverDays);

/**
 * Whether the days that an earlier request was for reach into those of what is asked now: counted from when it was
 * asked, so that it cannot be asked for again the same day, and from when it was needed, so that it cannot be asked for
 * ahead either. In calendar days, so that who asks every morning is not told off for being early.
 */
export const covers = (
  earlier: Pick<Request, 'at' | 'needBy' | 'coverDays'>,
  { now, needBy }: Pick<AskingNow, 'now' | 'needBy'>,
): boolean =>
  dayAfter(earlier.at, earlier.coverDays) > countyDay(now) ||
  dayAfter(earlier.needBy, earlier.coverDays) > countyDay(needBy);

type Turn = Pick<AskingNow, 'requestId' | 'undecidedAt'>;

/**
 * Not decided yet, but may be before this one without a person. Of two that nobody has looked at yet the one asked for
 * first is ahead; of two that silence lets go, the one that was due first; of one of each, the one that nobody has looked
 * at. One always counts the other, so that they do not pass each other at the same moment.
 */
const ahead = ({ id, status, level, tier, dueAt }: Request, { requestId = '~', undecidedAt }: Turn): boolean => {
  if (status !== 'submitted') return false;
  if (level === undefined) return undecidedAt !== undefined || id < requestId;
  if (undecidedAt === undefined || level !== 'headquarters' || tier !== 1) return false;
  return dueAt === undecidedAt ? id < requestId : dueAt < undecidedAt;
};

/** Whether a line was over the norm when it was asked for: alone, or only with what the site had. */
export const wasOverNorm = ({ n }: Line, request: Request | undefined): boolean =>
  request?.odd.some((found) => found.code === 'over-norm' && found.n === n) ?? false;

/** Over the norm by itself, a line waits for a person whatever becomes of the asks before it. */
const isOverNormAlone = ({ quantity }: Line, { tier, coverDays, recipients }: Request, by: Measure): boolean => {
  const norm = ration(by.item, tier, by.site.people[recipients], coverDays);
  return norm !== undefined && quantity > norm;
};

/** What a line is measured by. */
export interface Measure {
  readonly item: Item;
  readonly site: Pick<Site, 'people'>;
}

/**
 * What of an earlier need line counts towards the norm of the same people with what is asked now, in base units: all
 * that was approved or received for days that are not over; of older need, what is still to come. A need that waits for
 * a person, or is certain to by the measure given, counts nothing yet; one that nobody has looked at counts where it was
 * asked first, so that two halves sent at once do not pass each other.
 */
export const counting = (line: Line, request: Request | undefined, asking: AskingNow, by?: Measure): number => {
  if (request?.recipients !== asking.recipients) return 0;
  const lasts = covers(request, asking);
  switch (line.status) {
    case 'open':
      return lasts ? line.approved : line.approved - line.received;
    case 'closed':
      return lasts ? line.received : 0;
    case 'submitted':
      return ahead(request, asking) && !(by && isOverNormAlone(line, request, by)) ? line.quantity : 0;
    default:
      return 0;
  }
};

/** Fen of a request that was approved at once, or may yet be, and was not cancelled since; nothing of any other. */
export const atOnceFen = (request: Request, asking: Turn, { approval }: Policy): number => {
  const { status, decision, estimatedFen, tier } = request;
  const approved = status !== 'cancelled' && decision?.outcome === 'approved' && decision.level === 'at-once';
  const mayBe = ahead(request, asking) && estimatedFen <= at(approval.atOnceUpToFen, tier);
  return approved || mayBe ? estimatedFen : 0;
};
