import { RemovalPolicy } from 'aws-cdk-lib';
import {
  HttpApi,
  type HttpMethod,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Issuer } from './sign-in.ts';
import type { TaskFunction } from './task-function.ts';

export interface AudienceApiProps {
  /** Tokens are asked for at the gateway; none where it cannot reach the issuer: the app itself asks everywhere. */
  readonly issuer: Issuer | undefined;
  readonly signedIn: readonly AudienceRoute[];
  readonly open: readonly AudienceRoute[];
}

export interface AudienceRoute {
  readonly method: HttpMethod;
  readonly path: string;
  readonly app: TaskFunction;
}

/** One HTTP API in front of an app for each audience. */
export class AudienceApi extends Construct {
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, { issuer, signedIn, open }: AudienceApiProps) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', { createDefaultStage: false });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      autoDeploy: true,
      throttle: { rateLimit: 200, burstLimit: 400 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(
          new LogGroup(this, 'AccessLog', { retention: RetentionDays.SIX_MONTHS, removalPolicy: RemovalPolicy.RETAIN }),
        ),
      },
    });
    const authorizer = issuer && new HttpJwtAuthorizer('Authorizer', issuer.url, { jwtAudience: [issuer.audience] });
    this.#add(signedIn, authorizer);
    this.#add(open, undefined);
  }

  #add(routes: readonly AudienceRoute[], authorizer: IHttpRouteAuthorizer | undefined): void {
    for (const { method, path, app } of routes)
      this.api.addRoutes({
        methods: [method],
        path,
        integration: new HttpLambdaIntegration(`${app.node.id}Integration`, app),
        ...(authorizer && { authorizer }),
      });
  }
}
