import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Longer than all others together: whichever is started last, everybody waits for it. */
const LONG = ['test/kills/', 'test/races/histories', 'test/races/', 'test/flows/', 'test/scenario/', 'test/local/main'];

const rank = ({ moduleId }: TestSpecification): number => {
  const found = LONG.findIndex((name) => moduleId.includes(name));
  return found === -1 ? LONG.length : found;
};

/** The long ones first, also where no run before has shown how long they take. */
export class LongOnesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
