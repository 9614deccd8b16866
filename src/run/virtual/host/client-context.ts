/** The context of a client that is hosted for a check or a test, where it is not told otherwise. */
import type { SubjectContext } from '../../subjects/subject.ts';
import { DEFAULT_REGION, DEFAULT_ROLE_ARN, defaultKey } from './default-cloud.ts';
import type { HostTime } from './host-time.ts';
import { hostedContext } from './hosted-context.ts';
import type { Owner } from './owner.ts';

/** `told` lies over it, and is what `assumeRole` and `callerProof` go by, too. */
export function clientContext(
  time: HostTime,
  {
    seed,
    region = DEFAULT_REGION,
    owner,
    signal,
    told,
  }: {
    readonly seed: number;
    readonly region: string | undefined;
    readonly owner: Owner;
    readonly signal: AbortSignal;
    readonly told: Partial<SubjectContext>;
  },
): SubjectContext {
  const { roleArn = DEFAULT_ROLE_ARN, roleSessionName = `app-${owner.index}` } = told;
  const { durationSeconds = 3_600, externalId } = told;
  const context = hostedContext(time, {
    seed,
    region,
    identity: told.identity ?? { kind: 'access-key', ...defaultKey(seed) },
    via: [],
    role: {
      roleArn,
      roleSessionName,
      durationSeconds,
      ...(externalId === undefined ? {} : { externalId }),
    },
    process: owner.name,
    host: 'app.h0',
    signal,
    options: {},
  });
  return { ...context, ...told };
}
