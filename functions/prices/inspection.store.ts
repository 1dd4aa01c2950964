import { getItems, getPolicy, getSuppliers, type PageOf } from '../catalogue/catalogue.store.ts';
import type { Policy } from '../catalogue/policy.ts';
import { notifyAll } from '../notices/notice.ts';
import { insert } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { plusMinutes } from '../shared/clock.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { mapEach } from '../shared/each.ts';
import { keysOf } from '../shared/keys.ts';
import type { Once } from '../shared/once.ts';
import { notFound, Problem } from '../shared/problem.ts';
import { get, indexPage, ofType, type Page } from '../shared/table.store.ts';
import {
  type Inspection,
  type InspectionBody,
  type InspectionView,
  inspectionAlert,
  inspectionRow,
  inspectionViewOf,
  latestOf,
  type Tag,
  tagsOf,
} from './inspection.ts';
import { capPercent, type Finding, medianFinding, priceFinding } from './price.ts';
import { pricesBetween } from './price-history.store.ts';
import { priceRow } from './price-history.ts';

/** How far back what shops asked is still what they ask: a week has a market day everywhere. */
const DAYS = 7;

/** Against the ceiling where there is a reference, otherwise against what shops asked in the days before. */
const findingOf = async (
  deps: Deps,
  { subject, of, item, ...price }: Tag,
  { county, at: to, policy }: { readonly county: string; readonly at: string; readonly policy: Policy },
): Promise<Finding> => {
  const { priceFen: totalFen, perQuantity: quantity } = price;
  if (item?.reference !== undefined) return priceFinding(item, { quantity, totalFen }, policy, 'tag');
  const earlier = await pricesBetween(deps, county, subject, { from: plusMinutes(to, -DAYS * 1_440), to });
  return medianFinding(of, price, latestOf(earlier), { capPercent: capPercent(item ?? {}, policy), days: DAYS });
};

/**
 * Records the price tags of a designated shop, each held against its ceiling or, without a reference, against the median
 * of what shops asked in the week before. Headquarters is told at once of those above it, in one notice. Returns its id.
 *
 * @throws Problem 422 by field.
 */
export const recordInspection = async (deps: Deps, actor: Actor, once: Once, body: InspectionBody): Promise<string> => {
  const { county, sub: by } = actor;
  const { supplierId, note } = body;
  const now = deps.clock.now();
  const [items, suppliers, policy] = await Promise.all([
    getItems(
      deps,
      county,
      body.lines.flatMap(({ itemId }) => itemId ?? []),
    ),
    getSuppliers(deps, county, [supplierId]),
    getPolicy(deps, county),
  ]);
  const supplier = suppliers.get(supplierId);
  const { tags, errors } = tagsOf(body, { items, supplier, now });
  if (errors.length > 0 || supplier === undefined)
    throw new Problem(
      422,
      'invalid',
      { zh: '检查记录有误，未登记。', en: 'This cannot be recorded like this.' },
      errors,
    );
  const at = new Date(body.inspectedAt).toISOString();
  const found = await mapEach(tags, (tag) => findingOf(deps, tag, { county, at, policy }));
  const id = deps.ids.next('ins');
  const lines = tags.flatMap(({ subject, of, priceFen, perQuantity }, i) => {
    const one = found[i];
    const { nameZh, baseUnit } = of;
    return one === undefined
      ? []
      : { n: i + 1, subject, nameZh, baseUnit, priceFen, perQuantity, found: { as: one.as, ...one.reason } };
  });
  const row: Inspection = { county, id, version: 1, supplierId, inspectedAt: at, lines, note, at: now, by };
  await commit(deps, {
    ...{ actor, now, once: { by: once, result: id } },
    actions: [
      insert(inspectionRow, row),
      ...lines.map(({ n, subject, priceFen, perQuantity }) =>
        insert(priceRow, {
          ...{ county, itemId: subject, when: at, from: { kind: 'inspection', id: `${id}#${n}` }, supplierId },
          ...{ priceFen, perQuantity },
        }),
      ),
      ...notifyAll(deps.ids, { county, at: now }, inspectionAlert(row, supplier)).actions,
    ],
    news: [
      {
        ...{ of: inspectionRow.keyOf(row), version: 1, name: 'PricesInspected', reason: note },
        data: { supplierId, lines: lines.length, above: lines.filter((line) => line.found.as === 'above').length },
      },
    ],
  });
  return id;
};

const viewed = async (deps: Deps, county: string, rows: readonly Inspection[]): Promise<InspectionView[]> => {
  const suppliers = await getSuppliers(
    deps,
    county,
    rows.map(({ supplierId }) => supplierId),
  );
  return rows.map((row) => inspectionViewOf(row, suppliers.get(row.supplierId)));
};

/** Inspections, what was entered last first. */
export const listInspections = async (deps: Deps, county: string, page: PageOf): Promise<Page<InspectionView>> => {
  const at = keysOf(county).queue('price-inspections');
  const { rows, cursor } = await indexPage(deps, { index: 'GSI1', at, ...page, newestFirst: true });
  return { rows: await viewed(deps, county, ofType(inspectionRow, rows)), cursor };
};

/** @throws Problem 404 `unknown-price-inspection`. */
export const viewInspection = async (deps: Deps, county: string, id: string): Promise<InspectionView> => {
  const row = await get(deps, inspectionRow, keysOf(county).inspection(id));
  const [view] = row === undefined ? [] : await viewed(deps, county, [row]);
  if (view === undefined) throw notFound('price-inspection', id);
  return view;
};
