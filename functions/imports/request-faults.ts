import type { Oddity } from '../approval/approval.ts';
import type { Policy } from '../catalogue/policy.ts';
import type { Site } from '../catalogue/site.ts';
import { type Draft, type Intake, intake } from '../request/intake.ts';
import { plusMinutes } from '../shared/clock.ts';
import { type FieldError, Problem } from '../shared/problem.ts';
import { lineFault } from './finding.ts';
import type { Shelf } from './goods.ts';

/** What a request of a sheet is judged by. */
export interface AskFacts {
  readonly now: string;
  readonly shelf: Shelf;
  readonly sites: ReadonlyMap<string, Site>;
  readonly policy: Policy;
}

/** What is left to be judged of a request: lines with where they stood in it. */
interface Left {
  readonly site: Site | undefined;
  /** Whether that is the site that was named, as it is. */
  readonly isReal: boolean;
  readonly needBy: string;
  readonly lines: readonly { readonly line: Draft['lines'][number]; readonly i: number }[];
}

/** Nothing stands against it as a site: what depends on which it is, is then not told. */
const anySite = (id: string): Site => ({
  ...{ county: '', id, version: 1, nameZh: '—', nameEn: '—', kind: 'village', township: '—', leadMinutes: 0 },
  ...{ people: { post: 0, vulnerable: 0, residents: 0 }, households: 0, vulnerableHouseholds: 0 },
  ...{ active: true, sample: true },
});

/** What intake says: the request that this would become, or what is wrong with it. */
const takenIn = (asked: Draft, { site, needBy, lines }: Left, { shelf, policy, now }: AskFacts): Intake | Problem => {
  const left = { ...asked, needBy, lines: lines.map(({ line }) => line), confirmed: true };
  try {
    // What the site asked for before is the store's to know: it is held against that when it is booked.
    return intake({ draft: left, site, items: shelf.byId, asks: [], earlier: new Map(), policy, now });
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
};

/** The rest of it without what was refused; nothing where no more can be judged. */
const without = (left: Left, { errors }: Problem, { siteId }: Draft, now: string): Left | undefined => {
  const paths = new Set(errors.map(({ path }) => path));
  if (paths.has('siteId') && left.isReal) return { ...left, site: anySite(siteId), isReal: false };
  if (paths.has('needBy')) return { ...left, needBy: plusMinutes(now, 60) };
  const gone = new Set(errors.filter(({ path }) => path.startsWith('lines[')).map((error) => lineFault(error).i));
  const lines = left.lines.filter((_, at) => !gone.has(at));
  return gone.size === 0 || lines.length === 0 ? undefined : { ...left, lines };
};

/**
 * All that intake has against a request, and what it finds odd. It refuses stage after stage; asked again without what it
 * refused, it says what it would say next.
 */
export const judgedAsk = (
  asked: Draft,
  facts: AskFacts,
): { readonly faults: readonly FieldError[]; readonly odd: readonly Oddity[] } => {
  const faults: FieldError[] = [];
  let left: Left | undefined = {
    ...{ site: facts.sites.get(asked.siteId), isReal: true, needBy: asked.needBy },
    lines: asked.lines.map((line, i) => ({ line, i })),
  };
  while (left !== undefined) {
    const { isReal, lines }: Left = left;
    const placeOf = (at: number): number => lines[at]?.i ?? 0;
    const taken = takenIn(asked, left, facts);
    if (!(taken instanceof Problem))
      return { faults, odd: isReal ? taken.odd.map((one) => ({ ...one, n: placeOf(one.n - 1) + 1 })) : [] };
    if (isReal || taken.code !== 'wrong-post')
      faults.push(
        ...taken.errors.map((error) => ({
          ...error,
          path: error.path.replace(/^lines\[(\d+)\]/, (_, at) => `lines[${placeOf(Number(at))}]`),
        })),
      );
    left = without(left, taken, asked, facts.now);
  }
  return { faults, odd: [] };
};
