import type { Site } from '../catalogue/site.ts';
import { refuse } from '../request/wanted.ts';
import { compare } from '../shared/order.ts';
import { fault, invalid } from '../shared/problem.ts';
import { MAX_SITES, type Target } from './plan.ts';

/** Sites that somebody named, in his order: each known, named once, open, and no warehouse. */
const named = (siteIds: readonly string[], known: ReadonlyMap<string, Site>): Site[] => {
  const where = (i: number) => `target.siteIds[${i}]`;
  refuse(
    'unknown-site',
    { zh: '有的点位不在本县。', en: 'Some sites are not of this county.' },
    siteIds.flatMap((id, i) =>
      known.has(id)
        ? []
        : [fault(where(i), { zh: `本县没有编号为“${id}”的点位。`, en: `There is no site ${id} in this county.` })],
    ),
  );
  refuse(
    'duplicate-site',
    { zh: '每个点位只写一次。', en: 'Name a site once.' },
    siteIds.flatMap((id, i) =>
      siteIds.indexOf(id) === i ? [] : [fault(where(i), { zh: `“${id}”已经写了。`, en: `${id} is named already.` })],
    ),
  );
  const sites = siteIds.flatMap((id) => known.get(id) ?? []);
  refuse(
    'warehouse-asks',
    { zh: '仓库只保管物资，不能列为发放点位。', en: 'A warehouse keeps the goods: name the sites that will use them.' },
    sites.flatMap(({ kind, nameZh, nameEn }, i) =>
      kind === 'warehouse' ? [fault(where(i), { zh: `${nameZh}是仓库。`, en: `${nameEn} is a warehouse.` })] : [],
    ),
  );
  refuse(
    'inactive-site',
    { zh: '有的点位已关闭。', en: 'Some sites are closed.' },
    sites.flatMap(({ active, nameZh, nameEn }, i) =>
      active ? [] : [fault(where(i), { zh: `${nameZh}已关闭。`, en: `${nameEn} is closed.` })],
    ),
  );
  return sites;
};

/**
 * The sites that a plan is for. Of kinds, those that are closed stay among them, so that it is said that they get
 * nothing; whoever names a closed site has made a mistake.
 *
 * @param known those that are named; of kinds, all of the county.
 * @throws Problem 422 with the paths of the target: unknown, repeated, closed, a warehouse, a township without any such
 * site, too many.
 */
export const targeted = (target: Target, known: ReadonlyMap<string, Site>): Site[] => {
  if (target.to === 'sites') return named(target.siteIds, known);
  const ofKinds = [...known.values()].filter(({ kind }) => target.kinds.some((one) => one === kind));
  refuse(
    'unknown-township',
    { zh: '有的乡镇没有这类点位。', en: 'Some townships have no such site.' },
    (target.townships ?? []).flatMap((name, i) =>
      ofKinds.some(({ township }) => township === name)
        ? []
        : [fault(`target.townships[${i}]`, { zh: `“${name}”没有这类点位。`, en: `No such site lies in ${name}.` })],
    ),
  );
  const sites = ofKinds.filter(({ township }) => target.townships?.includes(township) ?? true);
  if (sites.length > MAX_SITES)
    throw invalid('too-many-sites', 'target', {
      zh: `共 ${sites.length} 个点位，一份计划至多 ${MAX_SITES} 个，请按乡镇分开。`,
      en: `These are ${sites.length} sites; a plan is for at most ${MAX_SITES}. Plan by townships.`,
    });
  return sites.sort((a, b) => compare(a.id, b.id));
};
