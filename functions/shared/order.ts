/** By the plain order of numbers, or of text as keys sort it: what a sort takes. */
export const compare = <T extends string | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);
