import { baseName, type Item } from '../catalogue/item.ts';
import type { Site } from '../catalogue/site.ts';
import type { notify } from '../notices/notice.ts';
import { amount, listed, place } from '../notices/words.ts';
import type { Balance } from './balance.ts';
import type { Lot } from './lot.ts';
import type { Recall, Received, Underway } from './recall.ts';

/** A site that got goods of a lot, or to which some are on their way. In base units. */
export interface Concerned {
  readonly siteId: string;
  readonly received: number;
  readonly underway: number;
}

/** Each site once. */
export const concernedBy = (received: readonly Received[], underway: readonly Underway[]): Concerned[] => {
  const sites = new Set([...received, ...underway].map(({ siteId }) => siteId));
  const sum = (all: readonly Received[], siteId: string) =>
    all.reduce((total, one) => (one.siteId === siteId ? total + one.quantity : total), 0);
  return [...sites].map((siteId) => ({ siteId, received: sum(received, siteId), underway: sum(underway, siteId) }));
};

/** Fixed, so that a site is told once of a recall, and once of its end, whoever tells it and however often. */
export const noticeIdOf = ({ id, active }: Pick<Recall, 'id' | 'active'>, siteId: string): string =>
  active ? `not_${id}-${siteId}` : `not_${id}-${siteId}-lifted`;

/** What a site is told: not to use the goods, or that it may again; with what it has of them. */
export const noticeOf = (
  recall: Recall,
  { lot, item }: { readonly lot: Lot; readonly item: Item },
  { siteId, received, underway }: Concerned,
  at: string,
): Parameters<typeof notify>[1] => {
  const [unit, number] = [baseName(item), lot.lotNo ?? lot.id];
  const have = {
    zh: `本点已收 ${received} ${unit}，在途 ${underway} ${unit}`,
    en: `${received} ${item.baseUnit} received, ${underway} on the way`,
  };
  const words = recall.active
    ? {
        code: 'lot-recalled',
        zh: `召回：${item.nameZh}，批号 ${number}。${have.zh}。请立即停用，单独存放，等候通知。`,
        en: `Recall: ${item.nameEn}, lot ${number}. ${have.en}. Stop using it, keep it apart, wait for word.`,
      }
    : {
        code: 'recall-lifted',
        zh: `召回解除：${item.nameZh}，批号 ${number}。${have.zh}。可以继续使用。`,
        en: `Recall lifted: ${item.nameEn}, lot ${number}. ${have.en}. It may be used again.`,
      };
  return {
    ...{ county: recall.county, id: noticeIdOf(recall, siteId), ...words, at },
    about: { kind: 'lot', id: lot.id },
  };
};

/** Fixed, so that whoever lets the last of the lot out of quarantine finds it. */
export const releaseNoticeId = ({ id }: Pick<Recall, 'id'>): string => `not_${id}-release`;

/** What the stock room is told when a recall is lifted: what lies where, and that a second person releases it. */
export const releaseNotice = (
  { county, id }: Recall,
  { lot, item, set }: { readonly lot: Lot; readonly item: Item; readonly set: readonly Balance[] },
  sites: ReadonlyMap<string, Site>,
  at: string,
): Parameters<typeof notify>[1] => {
  const number = lot.lotNo ?? lot.id;
  const where = listed(
    set.map(({ placeId, onHand }) => {
      const [site, goods] = [place(sites.get(placeId), placeId), amount(new Map([[item.id, item]]), item.id, onHand)];
      return { zh: `${site.zh} ${goods.zh}`, en: `${goods.en} at ${site.en}` };
    }),
  );
  return {
    ...{ county, id: releaseNoticeId({ id }), code: 'recall-to-release', about: { kind: 'lot', id: lot.id }, at },
    zh: `召回已解除，批号 ${number} 仍在待检：${where.zh}。请由当时隔离者以外的人检验后放行，或报废。`,
    en: `The recall of lot ${number} is lifted, and it is still set apart: ${where.en}. Whoever did not set it apart looks at it and releases it, or it is condemned.`,
  };
};
