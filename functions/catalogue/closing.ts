import type { FieldError } from '../shared/problem.ts';
import type { Item } from './item.ts';

/** What is still at a site that is to be closed. */
export interface StillHere {
  readonly stock: readonly { readonly item: Pick<Item, 'nameZh' | 'nameEn' | 'baseUnit'>; readonly onHand: number }[];
  readonly needs: readonly { readonly requestId: string; readonly n: number; readonly itemId: string }[];
}

/** Why a site cannot be closed yet: goods would lie where nobody looks, or travel to where nobody is. */
export const closingFaults = ({ stock, needs }: StillHere): FieldError[] => [
  ...stock.map(({ item, onHand }) => ({
    path: 'active',
    message: `${item.nameZh} ${item.nameEn}: ${onHand} ${item.baseUnit} on its shelves.`,
  })),
  ...needs.map(({ requestId, n, itemId }) => ({
    path: 'active',
    message: `${requestId} line ${n}, ${itemId}, is yet to be decided or served: cancel the request or deliver it.`,
  })),
];
