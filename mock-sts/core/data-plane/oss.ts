/**
 * OSS, as far as a caller's credential is concerned: signature, version 1 or 4, in the header or in
 * the URL; the token and its end; the policies of whoever signed. Objects live in memory.
 * Sources: Alibaba Cloud, "HTTP 403 errors", "Error responses" of OSS; those of the files beside this.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Rng } from '../../../src/kernel/rng.ts';
import { percentEncode } from '../../../src/kernel/sts/wire.ts';
import type { Authorizer } from '../authorize.ts';
import type { Delivery } from '../decision.ts';
import { requestId } from '../identifiers.ts';
import type { CallerIdentity } from '../identity.ts';
import type { PlaceFaults } from '../place-faults.ts';
import { requestContext } from '../request-context.ts';
import type { AccessKeys } from '../wire/access-keys.ts';
import { headerValue, POST_BODY_BYTES_MAX, type WireRequest } from '../wire/request.ts';
import { type OssClaim, readOssClaim } from './oss-claim.ts';
import { type OssError, ossError, ossFaultError, ossKeyError } from './oss-errors.ts';
import { operationOf } from './oss-operations.ts';
import { OssStore } from './oss-store.ts';
import { type OssTarget, targetOf } from './oss-target.ts';
import { ossXml, XML_TYPE, type XmlTree } from './oss-xml.ts';
import type { ProductAnswer } from './product-answer.ts';
import type { ServiceTimes } from './service-times.ts';

export interface OssDeps {
  readonly region: string;
  readonly keys: AccessKeys;
  readonly authorizer: Pick<Authorizer, 'check'>;
  readonly requestIds: Rng;
  readonly serviceTimes: ServiceTimes;
  readonly faults: PlaceFaults;
}

interface OssRefusal {
  readonly error: OssError;
  /** What the server signed, where the signature is wrong. */
  readonly signed?: OssClaim;
  /** Where a fault has it delivered otherwise. */
  readonly delivery?: Delivery | undefined;
}

export class Oss {
  private readonly deps: OssDeps;
  private readonly store = new OssStore();

  constructor(deps: OssDeps) {
    this.deps = deps;
  }

  handle(request: WireRequest): ProductAnswer {
    const id = requestId(this.deps.requestIds).replaceAll('-', '').slice(0, 24);
    const refuse = (refusal: OssRefusal) => this.refusal(request, id, refusal);
    const target = targetOf(request);
    if (target === undefined) return refuse({ error: ossError('badAuthorization') });
    const admitted = this.admit(request, target);
    if ('error' in admitted) return refuse(admitted);
    const { caller, accessKeyId } = admitted;
    const struck = this.deps.faults.strikeCaller(caller, accessKeyId, request.nowMs);
    if (struck !== undefined) {
      return refuse({ error: ossFaultError(struck.error), delivery: struck.delivery });
    }
    const operation = operationOf(request, target);
    if (operation === undefined) return refuse({ error: ossError('noMethod') });
    const action = `oss:${operation.action}`;
    const denied = this.deps.authorizer.check(caller, {
      action,
      resource: `acs:oss:*:${caller.accountId}:${operation.resource}`,
      context: requestContext(caller, request.nowMs, request),
    });
    if (denied !== undefined) return refuse({ error: ossError('forbidden') });
    const done = operation.run(this.store);
    if (typeof done === 'string') return refuse({ error: ossError(done) });
    const serviceMs = this.deps.serviceTimes.drawMs(caller, action);
    return { ...done, headers: { ...named(id), ...done.headers }, code: 'OK', serviceMs };
  }

  private admit(
    request: WireRequest,
    target: OssTarget,
  ): { readonly caller: CallerIdentity; readonly accessKeyId: string } | OssRefusal {
    const nowMs = this.deps.faults.serverMs(request.nowMs);
    const claim = readOssClaim({ ...request, nowMs }, target, this.deps.region);
    if ('code' in claim) return { error: claim };
    if (request.body.length > POST_BODY_BYTES_MAX) return { error: ossError('tooLarge') };
    const { accessKeyId, securityToken, signature, sign } = claim;
    const holder = this.deps.keys.find(accessKeyId, securityToken, nowMs);
    if ('code' in holder) return { error: ossKeyError(holder) };
    return isSame(sign(holder.key.secret), signature)
      ? { caller: holder.identity, accessKeyId }
      : { error: ossError('badSignature'), signed: claim };
  }

  private refusal(
    { method, headers }: WireRequest,
    id: string,
    { error, signed, delivery }: OssRefusal,
  ): ProductAnswer {
    const { code, status, message, number } = error;
    const host = headerValue(headers, 'host') ?? `oss-${this.deps.region}.aliyuncs.com`;
    const body = ossXml('Error', [
      ['Code', code],
      ['Message', message],
      ['RequestId', id],
      ['HostId', host],
      ...(signed === undefined ? [] : shownOf(signed)),
      ['EC', number],
      ['RecommendDoc', `https://api.aliyun.com/troubleshoot?q=${number}`],
    ]);
    const isHead = method === 'HEAD';
    return {
      status,
      contentType: XML_TYPE,
      body: isHead ? '' : body,
      headers: {
        ...named(id),
        'x-oss-ec': number,
        // An answer to HEAD has no body: SDKs read the error here.
        ...(isHead ? { 'x-oss-err': Buffer.from(body).toString('base64') } : {}),
      },
      code,
      ...(delivery === undefined ? {} : { delivery }),
    };
  }
}

function named(id: string): Readonly<Record<string, string>> {
  return { 'x-oss-request-id': id };
}

function isSame(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** What the server signed, without the token. */
function shownOf({ stringToSign, canonicalRequest, securityToken }: OssClaim): XmlTree {
  const shown = (text: string) => {
    if (securityToken === undefined || securityToken === '') return text;
    return text.replaceAll(securityToken, '****').replaceAll(percentEncode(securityToken), '****');
  };
  return [
    ['StringToSign', shown(stringToSign)],
    ...(canonicalRequest === undefined
      ? []
      : ([['CanonicalRequest', shown(canonicalRequest)]] as const)),
  ];
}
