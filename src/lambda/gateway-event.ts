/** What the gateway knows of a request beside HTTP. */
interface EventContext {
  readonly requestId?: string | undefined;
  /** With the stage, or with the base path of a custom domain. */
  readonly path?: string | undefined;
  readonly identity?:
    | {
        readonly sourceIp?: string | null | undefined;
        /** Of the key that the gateway has let in. */
        readonly apiKeyId?: string | null | undefined;
      }
    | undefined;
}

type Values = Readonly<Record<string, readonly string[] | undefined>>;
type Value = Readonly<Record<string, string | undefined>>;

/**
 * An event of a REST API's proxy integration: payload 1.0
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format).
 */
export interface GatewayEvent {
  readonly httpMethod: string;
  /** Without the stage; with the base path of a custom domain. */
  readonly path: string;
  readonly pathParameters?: Value | null | undefined;
  readonly headers?: Value | null | undefined;
  readonly multiValueHeaders?: Values | null | undefined;
  readonly queryStringParameters?: Value | null | undefined;
  /** Decoded once. */
  readonly multiValueQueryStringParameters?: Values | null | undefined;
  readonly body?: string | null | undefined;
  readonly isBase64Encoded?: boolean | undefined;
  readonly requestContext?: EventContext | undefined;
}

/** What a function answers the gateway. */
export interface GatewayResult {
  readonly statusCode: number;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}
