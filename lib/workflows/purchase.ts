import { Choice, type StateMachine, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { purchaseStatus } from '../../functions/purchase/purchase.ts';
import { type House, TaskFunction } from '../constructs/task-function.ts';
import type { TimelineFunctions } from './functions.ts';
import { standsAt, Timeline } from './workflow.ts';

const { sourcing, submitted, ordered, delivered } = purchaseStatus.enum;

const functionsOf = (scope: Construct, house: House) => ({
  assess: new TaskFunction(scope, 'AssessPurchase', house, {
    entry: 'functions/purchase/assess.handler.ts',
    rights: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'],
  }),
  escalate: new TaskFunction(scope, 'EscalatePurchase', house, {
    entry: 'functions/purchase/escalate.handler.ts',
    rights: ['GetItem', 'BatchGetItem', 'PutItem'],
  }),
  follow: new TaskFunction(scope, 'FollowOrders', house, {
    entry: 'functions/purchase/follow.handler.ts',
    rights: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'],
  }),
  remind: new TaskFunction(scope, 'RemindOfPurchase', house, {
    entry: 'functions/purchase/remind.handler.ts',
    rights: ['GetItem', 'BatchGetItem', 'PutItem'],
  }),
  papers: new TaskFunction(scope, 'RemindOfMissingPapers', house, {
    entry: 'functions/purchase/papers.handler.ts',
    rights: ['GetItem', 'PutItem'],
  }),
});

/**
 * A purchase: a buyer chooses, the green channel assesses, a person decides where it must; what is approved is ordered,
 * and the orders are looked after until all has come and is filed. An order that does not come leads back to the orders,
 * with the next offer, or to the buyer.
 */
export const purchaseWorkflow = (scope: Construct, house: House, shared: TimelineFunctions): StateMachine => {
  const { assess, escalate, follow, remind, papers } = functionsOf(scope, house);
  const timeline = new Timeline(scope, 'PurchaseWorkflow', shared);
  const stands = new Choice(timeline, 'Where does it stand?');
  const assessment = timeline.step('Assess by the green channel', assess).next(stands);

  const late = timeline.step('Remind of the purchase', remind).next(stands);
  const choice = timeline.wait('Wait for a choice', late).next(assessment);

  const undecided = timeline.step('Escalate the decision', escalate).next(stands);
  const decision = timeline.wait('Wait for a decision', undecided).next(stands);

  const due = timeline.step('Follow up on the orders', follow).next(stands);
  const orders = timeline.wait('Wait for the orders', due).next(stands);

  const missing = timeline.step('Remind of missing papers', papers).next(stands);
  const file = timeline.wait('Wait for what closes it', missing).next(stands);

  stands
    .when(standsAt(sourcing), choice)
    .when(standsAt(submitted), decision)
    .when(standsAt(ordered), orders)
    .when(standsAt(delivered), file)
    .otherwise(new Succeed(timeline, 'The purchase has ended'));

  return timeline.machine('purchase', assessment);
};
