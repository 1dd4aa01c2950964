import { type PurchaseView, purchaseView } from '../functions/purchase/view.ts';
import type { Client } from './client.ts';

/** Of a hundred orders: whose supplier never answers, who says no, and what never comes or comes in two parts. */
export const SUPPLIERS = { silent: 0.1, declining: 0.1, absent: 0.1, partial: 0.2 };

export type Order = PurchaseView['orders'][number];

export const viewOf = (client: Client, id: string): Promise<PurchaseView> =>
  client.get(`/staff/purchases/${id}`, purchaseView);

/** Somebody else was faster, or the day has moved on. */
export const OVERTAKEN = ['wrong-status', 'nothing-short', 'nothing-lacking', 'too-many-purchases'];
