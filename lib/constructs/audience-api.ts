import { Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  type HttpMethod,
  type HttpRoute,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Construct } from 'constructs';
import { houseLog } from './house-log.ts';
import type { Issuer } from './sign-in.ts';
import type { TaskFunction } from './task-function.ts';

export interface AudienceRoute {
  readonly method: HttpMethod;
  readonly path: string;
  readonly app: TaskFunction;
}

export interface AudienceApiProps {
  /** Whose tokens the gateway asks for; none where it cannot reach the issuer, and the app asks alone. */
  readonly issuer: Issuer | undefined;
  readonly signedIn: readonly AudienceRoute[];
  /** For anybody. Empty where such routes need an ICP filing that there is not. */
  readonly open: readonly AudienceRoute[];
}

/** Routes, not paths: a path may hold a code that opens something. */
const ACCESS = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    at: '$context.requestTime',
    ip: '$context.identity.sourceIp',
    route: '$context.routeKey',
    subject: '$context.authorizer.claims.sub',
    status: '$context.status',
    milliseconds: '$context.responseLatency',
    authorizerError: '$context.authorizer.error',
    integrationError: '$context.integrationErrorMessage',
  }),
);

/** One HTTP API, and behind it an app for each audience. */
export class AudienceApi extends Construct {
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, { issuer, signedIn, open }: AudienceApiProps) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', { createDefaultStage: false });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      autoDeploy: true,
      // A county's staff and points at their busiest, and a bound on what a stranger can cost.
      throttle: { rateLimit: 200, burstLimit: 400 },
      accessLogSettings: { destination: new LogGroupLogDestination(houseLog(this, 'Access')), format: ACCESS },
    });
    const authorizer = issuer && new HttpJwtAuthorizer('Authorizer', issuer.url, { jwtAudience: [issuer.audience] });
    for (const route of signedIn)
      this.#add(route, authorizer, 'The gateway cannot reach the issuer; the app verifies every token itself.');
    for (const route of open)
      this.#add(
        route,
        undefined,
        'For anybody: health, the description of the API, notices; a donor has a code instead of an account.',
      );
  }

  #add({ method, path, app }: AudienceRoute, authorizer: IHttpRouteAuthorizer | undefined, whyOpen: string): void {
    const routes: HttpRoute[] = this.api.addRoutes({
      methods: [method],
      path,
      integration: new HttpLambdaIntegration(`${app.node.id}Integration`, app),
      ...(authorizer && { authorizer }),
    });
    if (authorizer === undefined)
      for (const route of routes)
        Validations.of(route).acknowledge({ id: 'AwsSolutions::AwsSolutions-APIG4', reason: whyOpen });
  }
}
