import { Logger } from '@aws-lambda-powertools/logger';
import { correlation } from './correlation.ts';

/** Structured log lines; `code` is stable, so that alarms and the runbook can name it. Each says for which request it is. */
export interface Log {
  info(code: string, data?: Readonly<Record<string, unknown>>): void;
  warn(code: string, data?: Readonly<Record<string, unknown>>): void;
  error(code: string, error: unknown, data?: Readonly<Record<string, unknown>>): void;
}

export const logFor = (service: string): Log => {
  const logger = new Logger({ serviceName: service });
  const traced = (data: Readonly<Record<string, unknown>>) => {
    const id = correlation();
    return id === undefined ? { ...data } : { ...data, correlation: id };
  };
  return {
    info: (code, data = {}) => logger.info(code, traced(data)),
    warn: (code, data = {}) => logger.warn(code, traced(data)),
    error: (code, error, data = {}) =>
      logger.error(code, { ...traced(data), error: error instanceof Error ? error : String(error) }),
  };
};
