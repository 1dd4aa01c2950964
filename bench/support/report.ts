import { cpus, totalmem } from 'node:os';

/** A table in Markdown: names to the left, numbers to the right. */
export const markdown = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string => {
  const cells = [head, head.map((_, i) => (i === 0 ? '---' : '--:')), ...rows];
  return cells.map((row) => `| ${row.join(' | ')} |`).join('\n');
};

/** A number as a reader needs it: three digits that count. */
export const short = (value: number): string =>
  value === 0 || !Number.isFinite(value)
    ? String(value)
    : Math.abs(value) >= 1_000
      ? Math.round(value).toLocaleString('en')
      : String(Number(value.toPrecision(3)));

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
};

/** The exponent b of the curve a·n^b that fits best: least squares on logarithms. */
export const growthOf = (points: readonly { readonly n: number; readonly value: number }[]): number => {
  const logs = points.map(({ n, value }) => ({ x: Math.log(n), y: Math.log(value) }));
  const mean = (of: 'x' | 'y') => logs.reduce((sum, log) => sum + log[of], 0) / logs.length;
  const [x, y] = [mean('x'), mean('y')];
  const spread = logs.reduce((sum, log) => sum + (log.x - x) ** 2, 0);
  return logs.reduce((sum, log) => sum + (log.x - x) * (log.y - y), 0) / spread;
};

/** The machine, in one line. */
export const machine = (): string => {
  const [first] = cpus();
  return `${cpus().length} × ${first?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node.js ${process.version}`;
};
