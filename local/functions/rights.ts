import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { tableArn } from '../template/identity.ts';
import type { Need } from './iam.ts';

const on = (action: string, table: string | undefined, index?: string): Need => ({
  action: `dynamodb:${action}`,
  resource: tableArn(table ?? '?') + (index === undefined ? '' : `/index/${index}`),
});

/** Commands on one table or index, and the right each takes. */
const SINGLE = [
  [GetCommand, 'GetItem'],
  [PutCommand, 'PutItem'],
  [UpdateCommand, 'UpdateItem'],
  [DeleteCommand, 'DeleteItem'],
  [QueryCommand, 'Query'],
  [ScanCommand, 'Scan'],
] as const;

/** A transaction is authorised by the rights of its parts: there is no right to transactions as such. */
const TRANSACTED = { Put: 'PutItem', Update: 'UpdateItem', Delete: 'DeleteItem', ConditionCheck: 'ConditionCheckItem' };

/**
 * The rights that a table command takes, as the service authorization reference lists them.
 *
 * @throws Error for a command that is not known here: it would pass unasked.
 */
export const rightsOf = (command: object): Need[] => {
  if (command instanceof TransactWriteCommand)
    return (command.input.TransactItems ?? []).flatMap((part) =>
      Object.entries(TRANSACTED).flatMap(([kind, action]) => {
        const write = part[kind as keyof typeof TRANSACTED];
        return write === undefined ? [] : [on(action, write.TableName)];
      }),
    );
  if (command instanceof TransactGetCommand)
    return (command.input.TransactItems ?? []).map(({ Get }) => on('GetItem', Get?.TableName));
  if (command instanceof BatchGetCommand)
    return Object.keys(command.input.RequestItems ?? {}).map((table) => on('BatchGetItem', table));
  if (command instanceof BatchWriteCommand)
    return Object.keys(command.input.RequestItems ?? {}).map((table) => on('BatchWriteItem', table));
  for (const [type, action] of SINGLE)
    if (command instanceof type) {
      const { TableName, IndexName } = command.input as { TableName?: string; IndexName?: string };
      return [on(action, TableName, IndexName)];
    }
  throw new Error(`This host does not know which rights ${command.constructor.name} takes`);
};
