import { Choice, type StateMachine, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { requestStatus } from '../../functions/request/request.ts';
import { type House, TaskFunction } from '../constructs/task-function.ts';
import type { TimelineFunctions } from './functions.ts';
import { standsAt, Timeline } from './workflow.ts';

const { submitted, approved } = requestStatus.enum;

const functionsOf = (scope: Construct, house: House) => ({
  assess: new TaskFunction(scope, 'Assess', house, {
    entry: 'functions/approval/assess.handler.ts',
    rights: ['GetItem', 'BatchGetItem', 'Query', 'PutItem'],
    indexes: ['GSI2'],
  }),
  escalate: new TaskFunction(scope, 'Escalate', house, {
    entry: 'functions/approval/escalate.handler.ts',
    rights: ['GetItem', 'BatchGetItem', 'Query', 'PutItem'],
    indexes: ['GSI2'],
  }),
  remind: new TaskFunction(scope, 'RemindOfGoods', house, {
    entry: 'functions/request/remind.handler.ts',
    rights: ['GetItem', 'BatchGetItem', 'Query', 'PutItem'],
  }),
});

/**
 * A procurement request: the green channel assesses it; a person decides where it must, under a deadline that
 * escalates; once approved it lives until everything is received or somebody closes it. Every state entered is billed:
 * after a decision it goes straight to the goods, and a wait where nobody is waited for any more ends at once.
 */
export const requestWorkflow = (scope: Construct, house: House, shared: TimelineFunctions): StateMachine => {
  const { assess, escalate, remind } = functionsOf(scope, house);
  const timeline = new Timeline(scope, 'RequestWorkflow', shared);
  const stands = new Choice(timeline, 'Where does it stand?');

  const overdue = timeline.step('Remind of overdue goods', remind).next(stands);
  const receipt = timeline.wait('Wait until everything is received', overdue);

  const late = timeline.step('Escalate the decision', escalate).next(stands);
  const decision = timeline.wait('Wait for a decision', late).next(receipt);

  stands
    .when(standsAt(submitted), decision)
    .when(standsAt(approved), receipt)
    .otherwise(new Succeed(timeline, 'The request has ended'));

  return timeline.machine('request', timeline.step('Assess by the green channel', assess).next(stands));
};
