/** The context that a hosted client is made with: as in a live run, with the host's clock and names. */
// Here, and not at the first call: loading it would be real work within virtual time.
import 'undici';
import { UndiciTransport } from '../../../client/undici-transport.ts';
import { stream } from '../../../kernel/rng.ts';
import type { AssumeRoleRequest } from '../../../kernel/sts/credentials.ts';
import { openSource, permanentKeyOf } from '../../subjects/caller-identity.ts';
import { assumeRoles, proofOf } from '../../subjects/context-calls.ts';
import type { SubjectContext } from '../../subjects/subject.ts';
import type { HostTime } from './host-time.ts';

/** A client without a cache needs as many sockets as it has calls in flight. */
const CONNECTIONS = 128;

export interface ContextTerms
  extends Pick<
    SubjectContext,
    'region' | 'identity' | 'via' | 'process' | 'host' | 'signal' | 'options'
  > {
  readonly seed: number;
  readonly role: AssumeRoleRequest;
}

export function hostedContext(time: HostTime, terms: ContextTerms): SubjectContext {
  const { seed, identity, via, role, region, process, host, signal, options } = terms;
  const clock = time.clientClock;
  const stsEndpoint = `https://sts.${region}.aliyuncs.com`;
  const randomOf = (purpose: string) => {
    const rng = stream(seed, purpose, process);
    return () => rng.next();
  };
  /** The context's own; opened for subjects that ask for it. */
  let opened: ReturnType<typeof open> | undefined;
  const open = () => {
    const own = (purpose: string) => randomOf(`context-${purpose}`);
    const { source } = openSource(identity, { clock, randomOf: own });
    const transport = new UndiciTransport({
      endpoint: stsEndpoint,
      connections: CONNECTIONS,
      clock,
    });
    return { source, transport, signal };
  };
  const calls = () => {
    opened ??= open();
    return opened;
  };
  return {
    stsEndpoint,
    stsCa: undefined,
    region,
    identity,
    ...permanentKeyOf(identity),
    via,
    ...role,
    clock,
    random: randomOf('client'),
    randomOf,
    signal,
    process,
    host,
    options,
    callerProof: () => proofOf(calls().source),
    assumeRole: (request) => assumeRoles([...via, { ...role, ...request }], calls()),
  };
}
