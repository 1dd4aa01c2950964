import { Choice, type StateMachine, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { consignmentStatus } from '../../functions/delivery/consignment.ts';
import type { TaskFunction } from '../constructs/task-function.ts';
import { standsAt, Timeline, type TimelineFunctions } from './workflow.ts';

export interface DeliveryWorkflowFunctions extends TimelineFunctions {
  readonly remind: TaskFunction;
  readonly settle: TaskFunction;
}

const { planned, picking, dispatched, received } = consignmentStatus.enum;

/** A consignment: picked, dispatched and received, each by its deadline; then the needs it served are closed. */
export const deliveryWorkflow = (scope: Construct, functions: DeliveryWorkflowFunctions): StateMachine => {
  const timeline = new Timeline(scope, 'DeliveryWorkflow', functions);
  const stands = new Choice(timeline, 'Where does it stand?');
  const late = timeline.step('Remind of the deadline', functions.remind).next(stands);
  const settled = new Succeed(timeline, 'The consignment has ended');

  stands
    .when(standsAt(planned), timeline.wait('Wait for picking', late).next(stands))
    .when(standsAt(picking), timeline.wait('Wait for dispatch', late).next(stands))
    .when(standsAt(dispatched), timeline.wait('Wait for the receipt', late).next(stands))
    .when(standsAt(received), timeline.step('Close the needs it served', functions.settle).next(settled))
    .otherwise(settled);

  return timeline.machine('consignment', stands);
};
