import type { Level } from '../approval/approval.ts';
import type { Item } from '../catalogue/item.ts';
import type { Site } from '../catalogue/site.ts';
import { inUnits } from '../catalogue/words.ts';
import { printed } from '../delivery/code.ts';
import type { Reason } from '../shared/reason.ts';
import type { Recipient } from './notice.ts';

/** A sentence of a notice is read at a glance: the rest is where it leads. */
export const MOST = 5;

export type Words = Pick<Reason, 'zh' | 'en'>;

/** Who decides at a level, and what they are called. */
export const LEVELS: Readonly<Record<Level, Words & { readonly to: Recipient }>> = {
  'supply-group': { to: { role: 'approver' }, zh: '物资保障组', en: 'the supply group' },
  headquarters: { to: { role: 'headquarters' }, zh: '指挥部', en: 'headquarters' },
};

/** A place and goods by their names, where there are such. */
export interface Names {
  readonly site: Pick<Site, 'nameZh' | 'nameEn'> | undefined;
  readonly items: ReadonlyMap<string, Item>;
}

/** The first few of a list, and how many there are in all. */
export const listed = (all: readonly Words[]): Words => {
  const first = all.slice(0, MOST);
  const more = all.length > MOST;
  return {
    zh: first.map(({ zh }) => zh).join('、') + (more ? ` 等 ${all.length} 项` : ''),
    en: first.map(({ en }) => en).join(', ') + (more ? ` and ${all.length - MOST} more` : ''),
  };
};

/** So much of an item, in base units, in the words of the desk. */
export const amount = (items: ReadonlyMap<string, Item>, itemId: string, base: number): Words => {
  const item = items.get(itemId);
  if (item === undefined) return { zh: `${itemId} ${base}`, en: `${base} of ${itemId}` };
  const words = inUnits(item, base);
  return { zh: `${item.nameZh} ${words.zh}`, en: `${item.nameEn} ${words.en}` };
};

/** What goods come to, each item once. */
export const goods = (
  items: ReadonlyMap<string, Item>,
  lines: readonly { readonly itemId: string; readonly quantity: number }[],
): Words =>
  listed(
    [...Map.groupBy(lines, ({ itemId }) => itemId)].map(([itemId, of]) =>
      amount(
        items,
        itemId,
        of.reduce((sum, { quantity }) => sum + quantity, 0),
      ),
    ),
  );

/** What a place is called; by its id, where it is in no catalogue any more. */
export const place = (site: Names['site'], siteId: string): Words => ({
  zh: site?.nameZh ?? siteId,
  en: site?.nameEn ?? siteId,
});

/** A consignment by the code on its paper, as people call it; by its id, before it has one. */
export const waybill = ({ id, code }: { readonly id: string; readonly code?: string | undefined }): Words => ({
  zh: code === undefined ? `配送批 ${id}` : `运单 ${printed(code)}`,
  en: code === undefined ? `consignment ${id}` : `waybill ${printed(code)}`,
});
