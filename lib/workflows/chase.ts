import { Choice, type StateMachine, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { type Kind, kinds } from '../../functions/workflow/kinds.ts';
import { type House, TaskFunction } from '../constructs/task-function.ts';
import type { TimelineFunctions } from './functions.ts';
import { standsAt, Timeline } from './workflow.ts';

/** What is waited for at a status, in the words of the machine's states. */
interface Chased {
  readonly kind: Kind;
  readonly remind: string;
  readonly waits: Readonly<Record<string, string>>;
  readonly what: string;
}

/** What waits for one thing at a time, and is chased until that is done: what each is called. */
const CHASED = {
  /** What did not arrive as it was sent: until staff have said what became of it. */
  Shortfall: { kind: 'shortfall', remind: 'of the shortfall', waits: { open: 'its resolution' }, what: 'shortfall' },
  /** Goods that left by a receipt's word: until the paper of their dispatch is on the file. */
  DispatchPaper: { kind: 'dispatch-paper', remind: 'of the paper', waits: { due: 'the paper' }, what: 'chase' },
  /** Goods that left in an emergency: until their papers are on the file. */
  Emergency: {
    ...{ kind: 'emergency-issue', remind: 'of the papers', what: 'issue' },
    waits: { 'papers-due': 'its papers' },
  },
  /** What a line lacks and nobody brings: until somebody has decided what becomes of it. */
  Gap: { kind: 'gap', remind: 'of the gap', waits: { open: 'what becomes of it' }, what: 'gap' },
  /** Goods asked for from above: until those there have answered, and all that they promised is here. */
  Appeal: {
    ...{ kind: 'appeal', remind: 'those above', what: 'appeal' },
    waits: { asked: 'an answer', promised: 'the goods' },
  },
} as const satisfies Record<string, Chased>;

/** Their machines, by what an alarm calls them. One function reminds in all of them. */
export const chaseWorkflows = (
  scope: Construct,
  house: House,
  shared: TimelineFunctions,
): Record<keyof typeof CHASED, StateMachine> => {
  const chase = new TaskFunction(scope, 'Chase', house, {
    entry: 'functions/workflow/chase.handler.ts',
    rights: ['GetItem', 'BatchGetItem', 'PutItem'],
  });
  const machine = (name: keyof typeof CHASED): StateMachine => {
    const { kind, remind, waits, what }: Chased = CHASED[name];
    const timeline = new Timeline(scope, `${name}Workflow`, shared);
    const stands = new Choice(timeline, 'Where does it stand?');
    const late = timeline.step(`Remind ${remind}`, chase).next(stands);
    for (const status of kinds[kind].waiting)
      stands.when(standsAt(status), timeline.wait(`Wait for ${waits[status]}`, late).next(stands));
    stands.otherwise(new Succeed(timeline, `The ${what} has ended`));
    return timeline.machine(kind, stands);
  };
  return {
    Shortfall: machine('Shortfall'),
    DispatchPaper: machine('DispatchPaper'),
    Emergency: machine('Emergency'),
    Gap: machine('Gap'),
    Appeal: machine('Appeal'),
  };
};
