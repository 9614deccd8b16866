/** The context that a hosted client is made with: as in a live run, with the host's clock and names. */
// Here, and not at the first call: loading it would be real work within virtual time.
import 'undici';
import { UndiciTransport } from '../../../client/undici-transport.ts';
import { stream } from '../../../kernel/rng.ts';
import type { AccessKey, AssumeRoleRequest } from '../../../kernel/sts/credentials.ts';
import { AssumeRoleError } from '../../subjects/assume-role-error.ts';
import type { SubjectContext } from '../../subjects/subject.ts';
import type { HostTime } from './host-time.ts';

/** A client without a cache needs as many sockets as it has calls in flight. */
const CONNECTIONS = 128;

export interface ContextTerms
  extends Pick<SubjectContext, 'region' | 'process' | 'host' | 'signal' | 'options'> {
  readonly seed: number;
  readonly accessKey: AccessKey;
  readonly role: AssumeRoleRequest;
}

export function hostedContext(time: HostTime, terms: ContextTerms): SubjectContext {
  const { seed, accessKey, role, region, process, host, signal, options } = terms;
  const clock = time.clientClock;
  const stsEndpoint = `https://sts.${region}.aliyuncs.com`;
  const randomOf = (purpose: string) => {
    const rng = stream(seed, purpose, process);
    return () => rng.next();
  };
  let transport: UndiciTransport | undefined;
  return {
    stsEndpoint,
    stsCa: undefined,
    region,
    ...accessKey,
    ...role,
    clock,
    random: randomOf('client'),
    randomOf,
    signal,
    process,
    host,
    options,
    assumeRole: async (request) => {
      transport ??= new UndiciTransport({
        endpoint: stsEndpoint,
        connections: CONNECTIONS,
        clock,
      });
      const outcome = await transport.assumeRole({ ...role, ...request }, accessKey, signal);
      if (outcome.kind === 'issued') return outcome.credential;
      throw new AssumeRoleError(outcome.failure.code, outcome.failure.message);
    },
  };
}
