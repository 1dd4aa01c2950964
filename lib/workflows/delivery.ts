import { Choice, type StateMachine, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { consignmentStatus } from '../../functions/delivery/consignment.ts';
import { type House, TaskFunction } from '../constructs/task-function.ts';
import type { TimelineFunctions } from './functions.ts';
import { standsAt, Timeline } from './workflow.ts';

const { planned, picking, dispatched, received } = consignmentStatus.enum;

const functionsOf = (scope: Construct, house: House) => ({
  remind: new TaskFunction(scope, 'RemindOfDelivery', house, {
    entry: 'functions/delivery/remind.handler.ts',
    rights: ['GetItem', 'BatchGetItem', 'PutItem', 'DeleteItem'],
    indexes: ['GSI2'],
  }),
  settle: new TaskFunction(scope, 'Settle', house, {
    entry: 'functions/delivery/settle.handler.ts',
    rights: ['GetItem', 'Query', 'PutItem'],
  }),
});

/**
 * A consignment: picked, dispatched and received, each by its deadline; then the needs it served are closed. Every state
 * entered is billed, so that one wait leads to the next, and where the row stands is asked once at the end: a wait where
 * nobody is waited for any more goes on at once, and a wait too few is made up for.
 */
export const deliveryWorkflow = (scope: Construct, house: House, shared: TimelineFunctions): StateMachine => {
  const { remind, settle } = functionsOf(scope, house);
  const timeline = new Timeline(scope, 'DeliveryWorkflow', shared);
  const stands = new Choice(timeline, 'Where does it stand?');
  const late = timeline.step('Remind of the deadline', remind).next(stands);

  const receipt = timeline.wait('Wait for the receipt', late).next(stands);
  const dispatch = timeline.wait('Wait for dispatch', late).next(receipt);

  stands
    .when(standsAt(planned), timeline.wait('Wait for picking', late).next(dispatch))
    .when(standsAt(picking), dispatch)
    .when(standsAt(dispatched), receipt)
    .when(standsAt(received), timeline.step('Close the needs it served', settle))
    .otherwise(new Succeed(timeline, 'The consignment has ended'));

  return timeline.machine('consignment', stands);
};
