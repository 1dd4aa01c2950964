import loadHighs, { type Model } from 'highs';

// The package describes its CommonJS build; as a module it is the function itself.
const highs = await (loadHighs as unknown as typeof loadHighs.default)();

/**
 * Numbers this near are the same. Levels are whole numbers over a sum of a tier's targets: as long as all of these come to
 * no more than 400 base units, and five to a unit, two levels that differ do so by 5e-6 at least, two amounts by 1e-6, and
 * an amount that is not whole by 5e-4. The solver comes within 1e-14.
 */
export const NEAR = 1e-7;

export const ANY = highs.infinity;

/** What a variable, or a sum of variables, may come to. */
export type Bounds = readonly [least: number, most: number];

/** A sum of variables, each so many times, and what it may come to. */
export interface Row {
  readonly sum: readonly { readonly variable: number; readonly times: number }[];
  readonly bounds: Bounds;
}

/** A linear program, solved again and again while its bounds are drawn closer. */
export class Program {
  readonly #model: Model;
  #raised: readonly number[] = [];

  private constructor(model: Model) {
    this.#model = model;
    // Every run differs from the last in a few numbers: going on from there is faster than beginning anew.
    model.options.set({ output_flag: false, presolve: 'off', solver: 'simplex', simplex_strategy: 4 });
    model.options.set({ primal_feasibility_tolerance: 1e-9, dual_feasibility_tolerance: 1e-9 });
  }

  static of<T>(variables: readonly Bounds[], rows: readonly Row[], solve: (program: Program) => T): T {
    const starts = [0];
    for (const { sum } of rows) starts.push((starts.at(-1) ?? 0) + sum.length);
    const terms = rows.flatMap(({ sum }) => sum);
    return highs.withModel(
      {
        numCols: variables.length,
        numRows: rows.length,
        sense: highs.constants.objectiveSense.maximize,
        colCost: variables.map(() => 0),
        colLower: variables.map(([least]) => least),
        colUpper: variables.map(([, most]) => most),
        rowLower: rows.map(({ bounds: [least] }) => least),
        rowUpper: rows.map(({ bounds: [, most] }) => most),
        matrix: {
          format: 'csr',
          numRows: rows.length,
          numCols: variables.length,
          starts,
          indices: terms.map(({ variable }) => variable),
          values: terms.map(({ times }) => times),
        },
      },
      (model) => solve(new Program(model)),
    );
  }

  bound(variable: number, ...[least, most]: Bounds): void {
    this.#model.changeColBounds(variable, least, most);
  }

  fix(variable: number, value: number): void {
    this.bound(variable, value, value);
  }

  boundRow(row: number, ...[least, most]: Bounds): void {
    this.#model.changeRowBounds(row, least, most);
  }

  /** The most that these variables can come to together, and by row what one more of its bound would add to that. */
  most(variables: readonly number[]): { readonly value: number; readonly prices: Float64Array } {
    for (const variable of this.#raised) this.#model.changeColCost(variable, 0);
    for (const variable of variables) this.#model.changeColCost(variable, 1);
    this.#raised = variables;
    this.#model.run();
    const status = this.#model.getModelStatus();
    if (status !== highs.constants.modelStatus.optimal) throw new Error(`The solver ends with status ${status}`);
    return { value: this.#model.getObjectiveValue(), prices: this.#model.getSolution().rowDual };
  }

  /** The same where only a whole number, none or more, can be the answer. */
  mostWhole(variables: readonly number[]): number {
    const { value } = this.most(variables);
    if (Math.abs(value - Math.round(value)) > NEAR) throw new Error(`${value} should be a whole number`);
    return Math.max(0, Math.round(value));
  }
}
