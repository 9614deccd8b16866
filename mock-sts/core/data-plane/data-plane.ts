/**
 * The services that applications call with a credential once they have it. A request and the instant
 * go in, an answer comes out; quotas and nonces live and die with the instance.
 */
import { type Rng, stream } from '../../../src/kernel/rng.ts';
import type { StsError } from '../../../src/kernel/sts/error-codes.ts';
import { Authorizer } from '../authorize.ts';
import type { MockStsConfig } from '../config.ts';
import { requestId } from '../identifiers.ts';
import type { RamSecrets } from '../ram-secrets.ts';
import { AccessKeys } from '../wire/access-keys.ts';
import { leadingHeaders, type WireRequest } from '../wire/request.ts';
import { Kms } from './kms.ts';
import { Oss } from './oss.ts';
import { isForOss } from './oss-target.ts';
import type { ProductAnswer } from './product-answer.ts';
import { RpcFront } from './rpc-front.ts';
import { actOnResource } from './rpc-resource.ts';

const JSON_TYPE = 'application/json;charset=utf-8';

export class DataPlane {
  private readonly front: RpcFront;
  private readonly authorizer: Authorizer;
  private readonly kms: Kms;
  private readonly oss: Oss;
  private readonly requestIds: Rng;
  private readonly region: string;

  constructor(config: MockStsConfig, secrets: RamSecrets) {
    this.front = new RpcFront(config, secrets);
    this.region = config.region;
    this.authorizer = new Authorizer(config);
    this.kms = new Kms({ config, secrets, authorizer: this.authorizer });
    this.requestIds = stream(config.seed, 'data-plane-request-ids');
    const { region, authorizer, requestIds } = this;
    this.oss = new Oss({ region, authorizer, requestIds, keys: new AccessKeys(config, secrets) });
  }

  /** RPC is at the path `/`; OSS anywhere, but there it says so by signature or host name. */
  handle(request: WireRequest): ProductAnswer {
    const isRpc = request.url === '/' || request.url.startsWith('/?');
    const { authorization } = leadingHeaders(request.headers);
    if (!isRpc || isForOss(request, authorization)) return this.oss.handle(request);
    const reading = this.front.read(request);
    if (reading.kind === 'refused') return this.refusal('', reading.error);
    const { product } = reading;
    const outcome =
      product === 'kms'
        ? this.kms.act(reading)
        : actOnResource(reading, this.region, this.authorizer);
    return outcome.kind === 'refused'
      ? this.refusal(product, outcome.error)
      : this.done(outcome.values);
  }

  private done(values: object): ProductAnswer {
    const id = requestId(this.requestIds);
    const body = JSON.stringify({ ...values, RequestId: id });
    return { status: 200, contentType: JSON_TYPE, body, headers: named(id), code: 'OK' };
  }

  private refusal(product: string, { code, status, message }: StsError): ProductAnswer {
    const id = requestId(this.requestIds);
    const body = JSON.stringify({
      ...(product === 'kms' ? { HttpStatus: status } : {}),
      Code: code,
      Message: message,
      RequestId: id,
      HostId: product === '' ? '' : `${product}.${this.region}.aliyuncs.com`,
    });
    return { status, contentType: JSON_TYPE, body, headers: named(id), code };
  }
}

function named(id: string): Readonly<Record<string, string>> {
  return { 'x-acs-request-id': id };
}
