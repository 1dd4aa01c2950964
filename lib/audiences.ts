import { type HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';
import { AudienceApi } from './constructs/audience-api.ts';
import type { Issuer } from './constructs/sign-in.ts';
import { type House, TaskFunction } from './constructs/task-function.ts';

export interface AudiencesProps {
  readonly issuer: Issuer;
  /** False where the gateway cannot reach the issuer, and the apps ask alone. */
  readonly gatewayAuthorizer: boolean;
  /** False where nothing may be open to strangers. */
  readonly openRoutes: boolean;
}

/** Who may ask: an app for each audience, with the rights of that audience, behind one API. */
export const audiences = (
  scope: Construct,
  house: House,
  { issuer, gatewayAuthorizer, openRoutes }: AudiencesProps,
): HttpApi => {
  const signedIn = { ISSUER: issuer.url, JWKS_URI: issuer.jwksUri, AUDIENCE: issuer.audience };
  const staff = new TaskFunction(scope, 'Staff', house, {
    entry: 'functions/api/staff.handler.ts',
    rights: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
    indexes: ['GSI1', 'GSI2'],
    env: signedIn,
  });
  const point = new TaskFunction(scope, 'Point', house, {
    entry: 'functions/api/point.handler.ts',
    rights: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'ConditionCheckItem'],
    indexes: ['GSI1', 'GSI2'],
    env: signedIn,
  });
  const donor = new TaskFunction(scope, 'Donor', house, {
    entry: 'functions/api/donor.handler.ts',
    rights: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'],
    indexes: ['GSI1'],
  });
  const anybody = new TaskFunction(scope, 'Public', house, {
    entry: 'functions/api/public.handler.ts',
    rights: ['BatchGetItem', 'Query'],
  });
  return new AudienceApi(scope, 'Audiences', {
    issuer: gatewayAuthorizer ? issuer : undefined,
    signedIn: [
      { method: HttpMethod.ANY, path: '/staff/{proxy+}', app: staff },
      { method: HttpMethod.ANY, path: '/point/{proxy+}', app: point },
    ],
    open: openRoutes
      ? [
          { method: HttpMethod.GET, path: '/health', app: anybody },
          { method: HttpMethod.GET, path: '/public/{proxy+}', app: anybody },
          { method: HttpMethod.ANY, path: '/donor/{proxy+}', app: donor },
          { method: HttpMethod.GET, path: '/staff/openapi.json', app: staff },
          { method: HttpMethod.GET, path: '/point/openapi.json', app: point },
        ]
      : [],
  }).api;
};
