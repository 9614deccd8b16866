/**
 * The front of every service but STS that speaks RPC: form, common parameters and signature of a
 * request, by the rules that STS has, whatever the product. What is left is a caller who asks for an
 * action, or an error of the gateway.
 */

import { missingParameter, type StsError } from '../../../src/kernel/sts/error-codes.ts';
import { DEFAULT_WIRE, type MockStsConfig } from '../config.ts';
import type { Delivery } from '../decision.ts';
import { refused } from '../decision.ts';
import type { PlaceFaults } from '../place-faults.ts';
import type { RamSecrets } from '../ram-secrets.ts';
import { isAcs3, readAcs3 } from '../wire/acs3.ts';
import { Authentication } from '../wire/authentication.ts';
import type { RpcParameters } from '../wire/parameters.ts';
import { RequestReader } from '../wire/reader.ts';
import { headerValue, leadingHeaders, type WireRequest } from '../wire/request.ts';
import type { ProductCall } from './product-answer.ts';
import { productOf } from './products.ts';

export interface RpcCall extends ProductCall {
  readonly kind: 'call';
  /** Good until the next request is read. */
  readonly parameters: RpcParameters;
}

export interface RpcRefusal {
  readonly kind: 'refused';
  readonly error: StsError;
  /** Empty where the request does not tell. */
  readonly product?: string;
  /** Where a fault has it delivered otherwise than as the answer that `error` says. */
  readonly delivery?: Delivery;
}

/** What a service makes of a call: the answer's keys but `RequestId`, or an error. */
export type RpcOutcome =
  | { readonly kind: 'done'; readonly values: Readonly<Record<string, unknown>> }
  | RpcRefusal;

export class RpcFront {
  private readonly reader: RequestReader;
  private readonly authentication: Authentication;

  private readonly faultsOf: (product: string) => PlaceFaults;

  constructor(
    config: MockStsConfig,
    secrets: RamSecrets,
    faultsOf: (product: string) => PlaceFaults,
  ) {
    this.faultsOf = faultsOf;
    this.reader = new RequestReader({ ...DEFAULT_WIRE, ...config.wire, requireTls: false });
    this.authentication = new Authentication(config, secrets);
  }

  read(request: WireRequest): RpcCall | RpcRefusal {
    const { authorization, contentType } = leadingHeaders(request.headers);
    const broken = this.reader.brokenRule(request, contentType);
    if (broken !== undefined) return refused(broken);
    const acs3 = isAcs3(authorization);
    const parameters = this.reader.parameters(request, contentType, acs3);
    const action = common(request, parameters, 'Action');
    const version = common(request, parameters, 'Version');
    if (action === '') return refused(missingParameter('Action'));
    if (version === '') return refused(missingParameter('Version'));
    const product = productOf(headerValue(request.headers, 'host') ?? '', version);
    if (product === undefined) return refused(PRODUCT_NOT_FOUND);
    const reading = acs3 ? readAcs3(request, authorization) : undefined;
    if (reading !== undefined && 'code' in reading) return { ...refused(reading), product };
    const { nowMs, method } = request;
    const faults = this.faultsOf(product);
    const serverMs = faults.serverMs(nowMs);
    const caller =
      reading === undefined
        ? this.authentication.v1(parameters, method, serverMs)
        : this.authentication.acs3(reading, serverMs);
    if ('code' in caller) return { ...refused(caller), product };
    const accessKeyId = reading?.accessKeyId ?? parameters.get('AccessKeyId') ?? '';
    const struck = faults.strikeCaller(caller, accessKeyId, nowMs);
    if (struck !== undefined) return { ...struck, kind: 'refused', product };
    return { kind: 'call', request, caller, product, action, parameters };
  }
}

const PRODUCT_NOT_FOUND: StsError = {
  code: 'InvalidProduct.NotFound',
  status: 404,
  message: 'Cannot find product according to your specified domain.',
};

/** V3 says in headers what v1 says in parameters; they are signed either way. */
function common(
  { headers }: WireRequest,
  parameters: RpcParameters,
  name: 'Action' | 'Version',
): string {
  return parameters.get(name) || headerValue(headers, `x-acs-${name.toLowerCase()}`) || '';
}
