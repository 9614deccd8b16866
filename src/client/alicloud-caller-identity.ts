/** GetCallerIdentity through the official `@alicloud/sts20150401` client: who a key belongs to. */
import type { Clock } from '../kernel/clock.ts';
import type { Credentials } from '../kernel/sts/credentials.ts';
import { alicloudClient, alicloudFailure, alicloudRuntime } from './alicloud-sts-client.ts';
import { badResponse } from './classify.ts';
import { endpointUrl } from './endpoint.ts';
import type { StsFailure } from './failure.ts';

/** As STS answers; nothing of it is secret. */
export interface AlicloudCallerIdentity {
  readonly accountId: string;
  readonly arn: string;
  /** `Account`, `RAMUser` or `AssumedRoleUser`. */
  readonly identityType: string;
}

export type CallerIdentityOutcome =
  | { readonly kind: 'known'; readonly identity: AlicloudCallerIdentity }
  | { readonly kind: 'failed'; readonly failure: StsFailure };

export async function alicloudCallerIdentity(
  endpoint: string,
  source: Credentials,
  clock: Clock,
): Promise<CallerIdentityOutcome> {
  try {
    const client = alicloudClient(endpointUrl({ endpoint }), source);
    const { body } = await client.getCallerIdentityWithOptions(alicloudRuntime(clock, {}));
    const { accountId = '', arn = '', identityType = '' } = body ?? {};
    if (accountId === '' || arn === '') {
      return { kind: 'failed', failure: badResponse('the answer of STS names no account') };
    }
    return { kind: 'known', identity: { accountId, arn, identityType } };
  } catch (error) {
    return { kind: 'failed', failure: alicloudFailure(error, source) };
  }
}
