import { Logger } from '@aws-lambda-powertools/logger';

/** Structured log lines; `code` is stable, so that alarms and the runbook can name it. */
export interface Log {
  info(code: string, data?: Readonly<Record<string, unknown>>): void;
  warn(code: string, data?: Readonly<Record<string, unknown>>): void;
  error(code: string, error: unknown, data?: Readonly<Record<string, unknown>>): void;
}

export const logFor = (service: string): Log => {
  const logger = new Logger({ serviceName: service });
  return {
    info: (code, data = {}) => logger.info(code, data),
    warn: (code, data = {}) => logger.warn(code, data),
    error: (code, error, data = {}) =>
      logger.error(code, { ...data, error: error instanceof Error ? error : String(error) }),
  };
};
