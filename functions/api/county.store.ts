import { countyRow } from '../catalogue/county.ts';
import type { Deps } from '../shared/deps.ts';
import { countyKey } from '../shared/keys.ts';
import { invalid } from '../shared/problem.ts';
import { ofType, partition } from '../shared/table.store.ts';

/**
 * The county that somebody without a sign-in speaks of: as they say, or the only one that this deployment serves. One that
 * it does not serve is refused, so that nothing is written where nobody looks.
 *
 * @throws Problem 422 `county-missing` or `unknown-county`.
 */
export const countyAsked = async (deps: Deps, asked: string | undefined): Promise<string> => {
  const counties = ofType(countyRow, await partition(deps, countyKey('').PK)).map(({ county }) => county);
  const [first] = counties;
  if (asked === undefined && first !== undefined && counties.length === 1) return first;
  if (asked === undefined)
    throw invalid('county-missing', 'county', {
      zh: '请写明县的六位行政区划代码。',
      en: 'Say which county: the six digits of its code.',
    });
  if (!counties.includes(asked))
    throw invalid('unknown-county', 'county', {
      zh: `这里没有代码为 ${asked} 的县。`,
      en: `The county ${asked} is not served here.`,
    });
  return asked;
};
