/**
 * Any product that speaks RPC, as far as a caller can tell it from outside: it looks at the policies
 * of whoever signed, and then has done what it was asked.
 * Source: Alibaba Cloud, "Common error codes" of ECS; "Policy elements" for resources and actions.
 */

import type { StsError } from '../../../src/kernel/sts/error-codes.ts';
import type { Authorizer } from '../authorize.ts';
import { refused } from '../decision.ts';
import { requestContext } from '../request-context.ts';
import type { RpcCall, RpcOutcome } from './rpc-front.ts';

export const NO_PERMISSION: StsError = {
  code: 'Forbidden.RAM',
  status: 403,
  message:
    "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
};
const DONE: RpcOutcome = { kind: 'done', values: {} };

/** Its resources are the account's: `acs:<product>:<region>:<account>:*`. */
export function actOnResource(
  { product, action, caller, parameters, request }: RpcCall,
  region: string,
  authorizer: Pick<Authorizer, 'check'>,
): RpcOutcome {
  const denied = authorizer.check(caller, {
    action: `${product}:${action}`,
    resource: `acs:${product}:${parameters.get('RegionId') || region}:${caller.accountId}:*`,
    context: requestContext(caller, request.nowMs, request),
  });
  return denied === undefined ? DONE : refused(NO_PERMISSION);
}
