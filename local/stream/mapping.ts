import type { DynamoDBStreamEvent } from 'aws-lambda';
import { z } from 'zod';
import { known } from '../template/known.ts';
import { filterOf, type Matches } from './filter.ts';

/**
 * The properties of a stream's event source mapping, every one of which this host keeps. Retries and age must be
 * bounded and failures kept, or one record that cannot be handled would hold up all that follow.
 */
export const mapping = z.strictObject({
  FunctionName: z.string(),
  EventSourceArn: z.string(),
  StartingPosition: z.literal('TRIM_HORIZON'),
  BatchSize: z.int().min(1).max(10_000).default(100),
  MaximumBatchingWindowInSeconds: z.int().min(0).max(300).default(0),
  MaximumRetryAttempts: z.int().min(0).max(10_000),
  MaximumRecordAgeInSeconds: z.int().min(60).max(604_800),
  BisectBatchOnFunctionError: z.boolean().default(false),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  FilterCriteria: z.strictObject({ Filters: z.array(z.strictObject({ Pattern: z.string() })) }).optional(),
  DestinationConfig: z.strictObject({ OnFailure: z.strictObject({ Destination: z.string() }) }),
  ParallelizationFactor: z.literal(1).optional(),
  Enabled: z.literal(true).optional(),
  MetricsConfig: z.unknown().optional(),
  Tags: z.unknown().optional(),
});

/** Calls the function with the event and answers with what it returned. */
export type StreamHandler = (event: DynamoDBStreamEvent) => Promise<unknown>;

/** One reader of the stream. Its name is that of its checkpoint, and must outlive releases. */
export interface Subscription {
  readonly name: string;
  readonly functionArn: string;
  readonly handler: StreamHandler;
  readonly wants: Matches;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly retries: number;
  readonly maxAgeSeconds: number;
  readonly bisect: boolean;
  readonly partial: boolean;
}

/**
 * Reads an event source mapping from the template, intrinsics resolved.
 *
 * @throws CannotStart of one sentence for any property, value or filter that this host does not know.
 */
export const subscription = (name: string, properties: unknown, handler: StreamHandler): Subscription => {
  const read = known(mapping, properties, `The event source mapping ${name}`);
  return {
    name,
    functionArn: read.FunctionName,
    handler,
    wants: filterOf(read.FilterCriteria?.Filters.map(({ Pattern }) => Pattern) ?? []),
    batchSize: read.BatchSize,
    windowSeconds: read.MaximumBatchingWindowInSeconds,
    retries: read.MaximumRetryAttempts,
    maxAgeSeconds: read.MaximumRecordAgeInSeconds,
    bisect: read.BisectBatchOnFunctionError,
    partial: read.FunctionResponseTypes.length > 0,
  };
};
