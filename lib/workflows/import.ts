import { Choice, type StateMachine, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { importStatus } from '../../functions/imports/import.ts';
import { type House, TaskFunction } from '../constructs/task-function.ts';
import type { TimelineFunctions } from './functions.ts';
import { standsAt, Timeline } from './workflow.ts';

const { booking } = importStatus.enum;

/**
 * An import: its staged rows are booked, some hundred a step, until all are. It waits for nobody. The largest takes some
 * twenty-five steps, so that its history stays far from full.
 */
export const importWorkflow = (scope: Construct, house: House, shared: TimelineFunctions): StateMachine => {
  const book = new TaskFunction(scope, 'Book', house, {
    entry: 'functions/imports/book.handler.ts',
    rights: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'DeleteItem', 'ConditionCheckItem'],
    indexes: ['GSI1', 'GSI2'],
  });
  const timeline = new Timeline(scope, 'ImportWorkflow', shared);
  const stands = new Choice(timeline, 'Where does it stand?');
  const next = timeline.step('Book the next rows', book).next(stands);
  stands.when(standsAt(booking), next).otherwise(new Succeed(timeline, 'The import has ended'));
  return timeline.machine('import', stands);
};
