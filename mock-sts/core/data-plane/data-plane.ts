/**
 * The services that applications call with a credential once they have it. A request and the instant
 * go in, an answer comes out; quotas and nonces live and die with the instance.
 */
import { type Rng, stream } from '../../../src/kernel/rng.ts';
import { Authorizer } from '../authorize.ts';
import type { MockStsConfig } from '../config.ts';
import { FaultList } from '../fault-list.ts';
import { requestId } from '../identifiers.ts';
import { type OnItsWay, PlaceFaults } from '../place-faults.ts';
import type { RamSecrets } from '../ram-secrets.ts';
import { AccessKeys } from '../wire/access-keys.ts';
import { leadingHeaders, type WireRequest } from '../wire/request.ts';
import { Kms } from './kms.ts';
import { Oss } from './oss.ts';
import { isForOss } from './oss-target.ts';
import type { ProductAnswer } from './product-answer.ts';
import { RpcFront, type RpcRefusal } from './rpc-front.ts';
import { actOnResource } from './rpc-resource.ts';
import { ServiceTimes } from './service-times.ts';

const JSON_TYPE = 'application/json;charset=utf-8';

export class DataPlane {
  private readonly front: RpcFront;
  private readonly authorizer: Authorizer;
  private readonly kms: Kms;
  private readonly oss: Oss;
  private readonly requestIds: Rng;
  private readonly serviceTimes: ServiceTimes;
  private readonly region: string;
  private readonly faults: Readonly<Record<'kms' | 'resource', PlaceFaults>>;

  constructor(
    config: MockStsConfig,
    secrets: RamSecrets,
    faults: FaultList = new FaultList(config.faults),
  ) {
    this.faults = {
      kms: new PlaceFaults(faults, 'kms', config.seed),
      resource: new PlaceFaults(faults, 'resource', config.seed),
    };
    this.front = new RpcFront(config, secrets, (product) => this.faultsOf(product));
    this.serviceTimes = new ServiceTimes(config);
    this.region = config.region;
    this.authorizer = new Authorizer(config);
    this.kms = new Kms({ config, secrets, authorizer: this.authorizer });
    this.requestIds = stream(config.seed, 'data-plane-request-ids');
    const { region, authorizer, requestIds, serviceTimes } = this;
    const keys = new AccessKeys(config, secrets);
    const faultsHere = this.faults.resource;
    this.oss = new Oss({ region, authorizer, requestIds, serviceTimes, keys, faults: faultsHere });
  }

  /** RPC is at the path `/`; OSS anywhere, but there it says so by signature or host name. */
  handle(request: WireRequest): OnItsWay<ProductAnswer> {
    const { product, answer } = this.answered(request);
    return this.faultsOf(product).onItsWay(answer, request.nowMs);
  }

  private faultsOf(product: string): PlaceFaults {
    return product === 'kms' ? this.faults.kms : this.faults.resource;
  }

  private answered(request: WireRequest): { product: string; answer: ProductAnswer } {
    const isRpc = request.url === '/' || request.url.startsWith('/?');
    const { authorization } = leadingHeaders(request.headers);
    if (!isRpc || isForOss(request, authorization)) {
      return { product: 'oss', answer: this.oss.handle(request) };
    }
    const reading = this.front.read(request);
    const { product = '' } = reading;
    if (reading.kind === 'refused') return { product, answer: this.refusal(product, reading) };
    const outcome =
      product === 'kms'
        ? this.kms.act(reading)
        : actOnResource(reading, this.region, this.authorizer);
    if (outcome.kind === 'refused') return { product, answer: this.refusal(product, outcome) };
    const serviceMs = this.serviceTimes.drawMs(reading.caller, `${product}:${reading.action}`);
    return { product, answer: this.done(outcome.values, serviceMs) };
  }

  private done(values: object, serviceMs: number): ProductAnswer {
    const id = requestId(this.requestIds);
    const body = JSON.stringify({ ...values, RequestId: id });
    const headers = named(id);
    return { status: 200, contentType: JSON_TYPE, body, headers, code: 'OK', serviceMs };
  }

  private refusal(product: string, { error, delivery }: RpcRefusal): ProductAnswer {
    const { code, status, message } = error;
    const id = requestId(this.requestIds);
    const body = JSON.stringify({
      ...(product === 'kms' ? { HttpStatus: status } : {}),
      Code: code,
      Message: message,
      RequestId: id,
      HostId: product === '' ? '' : `${product}.${this.region}.aliyuncs.com`,
    });
    const answer = { status, contentType: JSON_TYPE, body, headers: named(id), code };
    return delivery === undefined ? answer : { ...answer, delivery };
  }
}

function named(id: string): Readonly<Record<string, string>> {
  return { 'x-acs-request-id': id };
}
