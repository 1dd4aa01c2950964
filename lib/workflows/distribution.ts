import { Choice, type StateMachine, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { planStatus } from '../../functions/distribution/plan.ts';
import { type House, TaskFunction } from '../constructs/task-function.ts';
import type { TimelineFunctions } from './functions.ts';
import { standsAt, Timeline } from './workflow.ts';

const { submitted, approved } = planStatus.enum;

/**
 * A distribution plan: a person decides on it, under a deadline that escalates; once approved the needs of its sites are
 * opened, some a step, until all are. What becomes of each of them is its own request's to follow.
 */
export const distributionWorkflow = (scope: Construct, house: House, shared: TimelineFunctions): StateMachine => {
  const escalate = new TaskFunction(scope, 'EscalatePlan', house, {
    entry: 'functions/distribution/escalate.handler.ts',
    rights: ['GetItem', 'BatchGetItem', 'PutItem'],
  });
  const open = new TaskFunction(scope, 'OpenNeeds', house, {
    entry: 'functions/distribution/open.handler.ts',
    rights: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'ConditionCheckItem'],
    indexes: ['GSI2'],
  });
  const timeline = new Timeline(scope, 'DistributionWorkflow', shared);
  const stands = new Choice(timeline, 'Where does it stand?');

  const undecided = timeline.step('Escalate the plan', escalate).next(stands);
  const opening = timeline.step('Open the needs of its sites', open).next(stands);
  const decision = timeline.wait('Wait for a decision', undecided).next(stands);

  stands
    .when(standsAt(submitted), decision)
    .when(standsAt(approved), opening)
    .otherwise(new Succeed(timeline, 'The plan has ended'));

  return timeline.machine('distribution-plan', stands);
};
