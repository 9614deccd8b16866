/**
 * The wire door: a request as it came over HTTP in, an answer out. It looks at the form first (TLS
 * where asked for, method, size, path), then at the common parameters (Format, Action, Version), then
 * at the signature; what is left is a caller who asks something, which the decider decides.
 *
 * Nothing here reads a clock or a socket, and no input makes it throw.
 */
import { type Rng, stream } from '../../../src/kernel/rng.ts';
import type { AssumeRoleRequest } from '../../../src/kernel/sts/credentials.ts';
import {
  invalidParameter,
  missingParameter,
  type StsError,
  stsError,
} from '../../../src/kernel/sts/error-codes.ts';
import { STS_VERSION } from '../../../src/kernel/sts/wire.ts';
import { DEFAULT_WIRE, type MockStsConfig, type WireRules } from '../config.ts';
import type { Decider } from '../decider.ts';
import type { Decision, Described, Issued } from '../decision.ts';
import { requestId } from '../identifiers.ts';
import type { Caller, CallerIdentity } from '../identity.ts';
import type { OidcRequest } from '../oidc/federation.ts';
import { DEFAULT_SESSION_SECONDS } from '../parameters.ts';
import type { RamSecrets } from '../ram-secrets.ts';
import type { SamlRequest } from '../saml/saml-federation.ts';
import { isAcs3, readAcs3 } from './acs3.ts';
import {
  type AnswerFormat,
  CONTENT_TYPE,
  describedBody,
  errorBody,
  issuedJson,
  issuedXml,
} from './answer.ts';
import { Authentication } from './authentication.ts';
import type { RpcParameters } from './parameters.ts';
import { RequestReader } from './reader.ts';
import { headerValue, leadingHeaders, type WireAnswer, type WireRequest } from './request.ts';
import { spoil } from './spoil.ts';

/** A request as far as it has been understood. */
interface Asked {
  readonly request: WireRequest;
  readonly format: AnswerFormat;
  readonly action: string;
  readonly accessKeyId: string;
  /** Undefined where the form of the request forbade to read them. */
  readonly parameters?: RpcParameters;
}

export class WireDoor {
  private readonly decider: Decider;
  private readonly rules: WireRules;
  private readonly reader: RequestReader;
  private readonly authentication: Authentication;
  private readonly requestIds: Rng;
  private readonly hostId: string;

  constructor(config: MockStsConfig, decider: Decider, secrets?: RamSecrets) {
    this.decider = decider;
    this.rules = { ...DEFAULT_WIRE, ...config.wire };
    this.reader = new RequestReader(this.rules);
    this.authentication = new Authentication(config, secrets);
    this.requestIds = stream(config.seed, 'sts-request-ids');
    this.hostId = `sts.${config.region}.aliyuncs.com`;
  }

  handle(request: WireRequest): WireAnswer {
    const headers = leadingHeaders(request.headers);
    const broken = this.reader.brokenRule(request, headers.contentType);
    if (broken !== undefined) {
      const asked = { request, format: this.rules.defaultFormat, action: '', accessKeyId: '' };
      return this.refuse(asked, broken);
    }
    const acs3 = isAcs3(headers.authorization);
    const parameters = this.reader.parameters(request, headers.contentType, acs3);
    const format = this.formatOf(parameters.get('Format'), headers.accept, acs3);
    const action = common(request, parameters, acs3, 'Action');
    const asked: Asked = {
      request,
      format: format ?? this.rules.defaultFormat,
      action: action ?? '',
      accessKeyId: (acs3 ? undefined : parameters.get('AccessKeyId')) ?? '',
      parameters,
    };
    if (format === undefined) return this.refuse(asked, stsError('InvalidParameter.Format'));
    const unknown = unknownApi(action, common(request, parameters, acs3, 'Version'));
    if (unknown !== undefined) return this.refuse(asked, unknown);
    if (action === 'AssumeRoleWithOIDC') return this.askedByToken(asked, parameters);
    if (action === 'AssumeRoleWithSAML') return this.askedByAssertion(asked, parameters);
    return acs3
      ? this.askedByAcs3(asked, parameters, headers.authorization)
      : this.askedByV1(asked, parameters);
  }

  /** Nobody signs it, and a signature that is there says nothing. */
  private askedByToken({ accessKeyId: _, ...rest }: Asked, parameters: RpcParameters): WireAnswer {
    const { request } = rest;
    const exchange = oidcRequest(parameters);
    const decision = this.decider.assumeRoleWithOidc(exchange, request.nowMs, undefined, request);
    const caller = this.decider.vouching(exchange.oidcProviderArn);
    return this.answer({ ...rest, accessKeyId: '' }, decision, caller);
  }

  private askedByAssertion({ accessKeyId: _, ...rest }: Asked, parameters: RpcParameters) {
    const { request } = rest;
    const exchange = samlRequest(parameters);
    const decision = this.decider.assumeRoleWithSaml(exchange, request.nowMs, request);
    const caller = this.decider.vouching(exchange.samlProviderArn);
    return this.answer({ ...rest, accessKeyId: '' }, decision, caller);
  }

  private askedByV1(asked: Asked, parameters: RpcParameters): WireAnswer {
    const { method } = asked.request;
    const caller = this.authentication.v1(parameters, method, this.serverMs(asked));
    return 'code' in caller
      ? this.refuse(asked, caller, parameters)
      : this.act(asked, caller, parameters);
  }

  private askedByAcs3(
    unnamed: Asked,
    parameters: RpcParameters,
    authorization: string,
  ): WireAnswer {
    const reading = readAcs3(unnamed.request, authorization);
    if ('code' in reading) return this.refuse(unnamed, reading, parameters);
    const asked: Asked = { ...unnamed, accessKeyId: reading.accessKeyId };
    const caller = this.authentication.acs3(reading, this.serverMs(asked));
    return 'code' in caller
      ? this.refuse(asked, caller, parameters)
      : this.act(asked, caller, parameters);
  }

  private act(asked: Asked, caller: CallerIdentity, parameters: RpcParameters): WireAnswer {
    const { nowMs } = asked.request;
    if (this.decider.faults.isRevoked(asked.accessKeyId, nowMs)) {
      // No page names a code for a session that was revoked: to its holder it has ended.
      return this.refuse(asked, stsError('InvalidSecurityToken.Expired'), parameters);
    }
    const decision =
      asked.action === 'AssumeRole'
        ? this.decider.assumeRole(
            caller,
            assumeRoleRequest(parameters),
            nowMs,
            asked.request.chance,
            asked.request,
          )
        : this.decider.getCallerIdentity(caller, nowMs);
    return this.answer(asked, decision, caller);
  }

  /** What the server takes the time to be. */
  private serverMs({ request: { nowMs } }: Asked): number {
    return nowMs + this.decider.faults.clockOffsetMs(nowMs);
  }

  private refuse(asked: Asked, error: StsError, parameters?: RpcParameters): WireAnswer {
    const roleArn = (asked.action === 'AssumeRole' && parameters?.get('RoleArn')) || '';
    const { action, request } = asked;
    const call = { action, caller: undefined, roleArn, nowMs: request.nowMs };
    return this.answer(asked, this.decider.refuse(call, error), undefined);
  }

  private answer(
    asked: Asked,
    { outcome, latencyMs, delivery, clockOffsetMs, record }: Decision<Issued | Described>,
    caller: Caller | undefined,
  ): WireAnswer {
    const id = requestId(this.requestIds);
    const refused = outcome.kind === 'refused';
    return {
      status: refused ? outcome.error.status : 200,
      contentType: CONTENT_TYPE[asked.format],
      body: this.deliveredBody(asked, outcome, id, caller),
      requestId: id,
      retryAfterMs: refused && this.rules.sendRetryAfter ? outcome.retryAfterMs : undefined,
      latencyMs: delivery.kind === 'slow-body' ? latencyMs - delivery.bodyMs : latencyMs,
      delivery,
      clockOffsetMs,
      record,
      accessKeyId: asked.accessKeyId,
      detail: { caller, outcome, parameters: asked.parameters },
    };
  }

  /** What the client gets to read: nothing, or a spoilt answer, where a fault says so. */
  private deliveredBody(
    asked: Asked,
    outcome: Decision<Issued | Described>['outcome'],
    id: string,
    caller: Caller | undefined,
  ): string {
    if (outcome.kind !== 'refused' || outcome.delivery === undefined) {
      return this.bodyOf(asked, outcome, id, caller);
    }
    const { delivery, spoilt } = outcome;
    return spoilt === undefined ? '' : spoil(this.bodyOf(asked, spoilt, id, caller), delivery);
  }

  private bodyOf(
    { format, action }: Asked,
    outcome: Decision<Issued | Described>['outcome'],
    id: string,
    caller: Caller | undefined,
  ): string {
    switch (outcome.kind) {
      case 'issued':
        return format === 'JSON' ? issuedJson(id, outcome) : issuedXml(action, id, outcome);
      case 'described':
        return describedBody(format, id, outcome);
      case 'refused': {
        const context = { requestId: id, hostId: this.hostId, action, caller };
        return errorBody(format, outcome.error, context, outcome.denied);
      }
    }
  }

  /** Undefined for a format that STS does not speak. Official SDKs always name one with v1. */
  private formatOf(
    asked: string | undefined,
    accept: string,
    acs3: boolean,
  ): AnswerFormat | undefined {
    if (asked === 'JSON') return asked;
    if (asked === undefined || asked === '') {
      return acs3 || accept.includes('application/json') ? 'JSON' : this.rules.defaultFormat;
    }
    const upper = asked.toUpperCase();
    return upper === 'JSON' || upper === 'XML' ? upper : undefined;
  }
}

/** V3 says in headers what v1 says in parameters. */
function common(
  { headers }: WireRequest,
  parameters: RpcParameters,
  acs3: boolean,
  name: 'Action' | 'Version',
): string | undefined {
  const parameter = acs3 ? undefined : parameters.get(name);
  return parameter ?? headerValue(headers, `x-acs-${name.toLowerCase()}`) ?? parameters.get(name);
}

const ACTIONS = new Set([
  'AssumeRole',
  'AssumeRoleWithOIDC',
  'AssumeRoleWithSAML',
  'GetCallerIdentity',
]);

function unknownApi(action: string | undefined, version: string | undefined): StsError | undefined {
  if (!action) return missingParameter('Action');
  if (!version) return missingParameter('Version');
  if (version !== STS_VERSION) return invalidParameter('Version');
  return ACTIONS.has(action) ? undefined : stsError('InvalidAction.NotFound');
}

/** An empty optional parameter counts as left out, an empty mandatory one as missing. */
export function assumeRoleRequest(parameters: Pick<RpcParameters, 'get'>): AssumeRoleRequest {
  const duration = parameters.get('DurationSeconds');
  const request: { -readonly [K in keyof AssumeRoleRequest]: AssumeRoleRequest[K] } = {
    roleArn: parameters.get('RoleArn') ?? '',
    roleSessionName: parameters.get('RoleSessionName') ?? '',
    durationSeconds: duration ? wholeNumber(duration) : DEFAULT_SESSION_SECONDS,
  };
  const policy = parameters.get('Policy');
  const externalId = parameters.get('ExternalId');
  const sourceIdentity = parameters.get('SourceIdentity');
  if (policy) request.policy = policy;
  if (externalId) request.externalId = externalId;
  if (sourceIdentity) request.sourceIdentity = sourceIdentity;
  return request;
}

function oidcRequest(parameters: RpcParameters): OidcRequest {
  // It has no ExternalId: one that is there is not looked at.
  const { externalId: _, ...request } = assumeRoleRequest(parameters);
  return {
    ...request,
    oidcProviderArn: parameters.get('OIDCProviderArn') ?? '',
    oidcToken: parameters.get('OIDCToken') ?? '',
  };
}

function samlRequest(parameters: RpcParameters): SamlRequest {
  const { roleArn, durationSeconds, policy } = assumeRoleRequest(parameters);
  return {
    roleArn,
    durationSeconds,
    ...(policy === undefined ? {} : { policy }),
    samlProviderArn: parameters.get('SAMLProviderArn') ?? '',
    samlAssertion: parameters.get('SAMLAssertion') ?? '',
  };
}

function wholeNumber(text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
}
