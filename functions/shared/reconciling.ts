/** What rows add up to, by key; parts of a key are apart by a blank. */
export const totals = <T>(rows: readonly T[], of: (row: T) => readonly [string, number]): Map<string, number> => {
  const found = new Map<string, number>();
  for (const [key, amount] of rows.map(of)) found.set(key, (found.get(key) ?? 0) + amount);
  return found;
};

/** Where two ways of adding up the same thing disagree; what one of them does not know counts as nothing there. */
export const compared = <Name extends string, Where extends object>(
  identity: Name,
  expected: ReadonlyMap<string, number>,
  actual: ReadonlyMap<string, number>,
  where: (...parts: string[]) => Where,
): (Where & { readonly identity: Name; readonly expected: number; readonly actual: number })[] =>
  [...new Set([...expected.keys(), ...actual.keys()])].flatMap((key) => {
    const [should, is] = [expected.get(key) ?? 0, actual.get(key) ?? 0];
    return should === is ? [] : [{ identity, ...where(...key.split(' ')), expected: should, actual: is }];
  });
