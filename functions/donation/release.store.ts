import { getItems, getPolicy } from '../catalogue/catalogue.store.ts';
import { systemActor } from '../shared/actor.ts';
import { plusMinutes } from '../shared/clock.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { doOnce } from '../shared/once.store.ts';
import { retrying } from '../shared/retrying.ts';
import { get, getAll } from '../shared/table.store.ts';
import { balanceRow } from '../stock/balance.ts';
import { type Lot, lotRow } from '../stock/lot.ts';
import { changeStatus } from '../stock/status-change.store.ts';
import { type Progress, progressOf } from '../workflow/progress.ts';
import { acceptedLots } from './accepted.ts';
import { become, type Donation, lotsOfGift } from './donation.ts';
import * as tell from './notices.ts';
import { giftOf } from './register.store.ts';
import { writeGift } from './write.store.ts';

/** The lots of a gift that are taken in for use, as the catalogue and policy now say. */
export const acceptedOf = async (deps: Deps, row: Donation, lots: readonly Lot[]): Promise<ReadonlySet<string>> => {
  const [items, { donation: policy }] = await Promise.all([
    getItems(deps, row.county, [...new Set(lots.map(({ itemId }) => itemId))]),
    getPolicy(deps, row.county),
  ]);
  return acceptedLots(row, lots, { items, policy });
};

const release = async (deps: Deps, { county, placeId, id }: Donation, { itemId, id: lotId }: Lot): Promise<void> => {
  const at = keysOf(county).balance(itemId, lotId, placeId, 'quarantined');
  if (((await get(deps, balanceRow, at))?.onHand ?? 0) === 0) return;
  const actor = systemActor(county);
  const once = { subject: actor.sub, route: `release of ${id}`, key: lotId, bodyHash: '' };
  await doOnce(deps, actor, once, () =>
    changeStatus(
      deps,
      actor,
      once,
      { act: 'release', lotId, from: 'quarantined' },
      { placeId, reason: 'papers-complete', note: `捐赠 ${id} 已审核接收` },
    ),
  );
};

/**
 * Task: what was set apart of a gift at the desk is released, lot by lot, now that it is accepted. A lot that keeps too
 * short for a gift stays set apart, and staff are told. What is released already is left as it is, so that a step cut off
 * goes on where it was.
 */
export const releaseGift = (deps: Deps, progress: Progress): Promise<Progress> =>
  retrying(async () => {
    const now = deps.clock.now();
    const row = await giftOf(deps, progress.county, progress.id);
    if (row.status !== 'counted') return progressOf(progress, row, now);
    const { county } = row;
    const [lots, { donation: policy }] = await Promise.all([
      getAll(deps, lotRow, lotsOfGift(row).map(keysOf(county).lot)),
      getPolicy(deps, county),
    ]);
    const accepted = await acceptedOf(deps, row, lots);
    for (const lot of lots) if (accepted.has(lot.id)) await release(deps, row, lot);
    const next = become(row, 'received', plusMinutes(now, policy.lookMinutes), now);
    await writeGift(deps, next, {
      ...{ actor: systemActor(county), now, name: 'GiftReleased', data: { released: [...accepted] } },
      tellings: shortDated(row, accepted) ? [tell.toGiveBackShort(next)] : [],
    });
    return progressOf(progress, next, now);
  });

/** Whether anything of an accepted line stays set apart: what was declined, staff have been told of when it was. */
const shortDated = ({ lines }: Donation, accepted: ReadonlySet<string>): boolean =>
  lines.some(
    ({ screening, counted }) =>
      screening?.outcome === 'accept' && counted.some(({ lots }) => lots.some(({ lotId }) => !accepted.has(lotId))),
  );
