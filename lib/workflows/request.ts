import { Choice, type StateMachine, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { requestStatus } from '../../functions/request/request.ts';
import type { TaskFunction } from '../constructs/task-function.ts';
import { standsAt, Timeline, type TimelineFunctions } from './workflow.ts';

export interface RequestWorkflowFunctions extends TimelineFunctions {
  readonly assess: TaskFunction;
  readonly escalate: TaskFunction;
  readonly remind: TaskFunction;
}

const { submitted, approved } = requestStatus.enum;

/**
 * A procurement request: the green channel assesses it; a person decides where it must, under a deadline that
 * escalates; once approved it lives until everything is received or somebody closes it.
 */
export const requestWorkflow = (scope: Construct, functions: RequestWorkflowFunctions): StateMachine => {
  const timeline = new Timeline(scope, 'RequestWorkflow', functions);
  const stands = new Choice(timeline, 'Where does it stand?');

  const late = timeline.step('Escalate the decision', functions.escalate).next(stands);
  const decision = timeline.wait('Wait for a decision', late).next(stands);

  const overdue = timeline.step('Remind of overdue goods', functions.remind).next(stands);
  const receipt = timeline.wait('Wait until everything is received', overdue).next(stands);

  stands
    .when(standsAt(submitted), decision)
    .when(standsAt(approved), receipt)
    .otherwise(new Succeed(timeline, 'The request has ended'));

  return timeline.machine('request', timeline.step('Assess by the green channel', functions.assess).next(stands));
};
