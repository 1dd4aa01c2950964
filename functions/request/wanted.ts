import type { Item } from '../catalogue/item.ts';
import { type FieldError, fault, Problem } from '../shared/problem.ts';
import type { Said } from '../shared/reason.ts';

/** A line of something that is sent, with the item that it names. */
export interface Wanted<L> {
  readonly n: number;
  readonly item: Item;
  readonly line: L;
}

/** Refuses when there is anything to refuse over. @throws Problem 422 */
export const refuse = (code: string, detail: Said, errors: readonly FieldError[]): void => {
  if (errors.length > 0) throw new Problem(422, code, detail, errors);
};

/**
 * Each line with its item: known, named once, still issued.
 *
 * @throws Problem 422 `unknown-item`, `duplicate-item` or `inactive-item` with the paths of the lines.
 */
export const wanted = <L extends { readonly itemId: string }>(
  lines: readonly L[],
  known: ReadonlyMap<string, Item>,
): Wanted<L>[] => {
  const errorsWhere = (wrong: (itemId: string, i: number) => Said | undefined): FieldError[] =>
    lines.flatMap(({ itemId }, i) => {
      const said = wrong(itemId, i);
      return said === undefined ? [] : [fault(`lines[${i}].itemId`, said)];
    });
  refuse(
    'unknown-item',
    { zh: '有的物资不在目录里。', en: 'Some items are not in the catalogue.' },
    errorsWhere((id) =>
      known.has(id) ? undefined : { zh: `物资目录里没有编号“${id}”。`, en: `There is no item ${id} in this county.` },
    ),
  );
  refuse(
    'duplicate-item',
    { zh: '同一物资只写一行，填总数。', en: 'Ask for an item once, with the whole quantity.' },
    errorsWhere((id, i) => {
      const first = lines.findIndex(({ itemId }) => itemId === id);
      return first === i
        ? undefined
        : {
            zh: `${known.get(id)?.nameZh ?? id}在第 ${first + 1} 行已经写了。`,
            en: `${id} is in lines[${first}] already.`,
          };
    }),
  );
  refuse(
    'inactive-item',
    { zh: '有的物资已停用。', en: 'Some items are no longer issued.' },
    errorsWhere((id) => {
      const item = known.get(id);
      return item?.active
        ? undefined
        : { zh: `${item?.nameZh ?? id}已停用，不再发放。`, en: `${id} is no longer issued.` };
    }),
  );
  return lines.flatMap((line, i) => {
    const item = known.get(line.itemId);
    return item === undefined ? [] : [{ n: i + 1, item, line }];
  });
};
