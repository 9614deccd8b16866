/** The mock STS in a program of its own, such as a test: started with a few words, and asked directly. */

import type { MockStsConfig } from '../../mock-sts/core/config.ts';
import type { FaultName } from '../../mock-sts/core/fault-kinds.ts';
import { defaultLandingZone } from '../../mock-sts/core/landing-zone.ts';
import { compilePattern } from '../../mock-sts/core/pattern.ts';
import { AdjustableClock } from '../../mock-sts/server/adjustable-clock.ts';
import type { CallCounters, JournalEntry } from '../../mock-sts/server/call-journal.ts';
import { loadMockConfig, parseMockConfig } from '../../mock-sts/server/config-file.ts';
import type { FaultView } from '../../mock-sts/server/fault-desk.ts';
import { type MockSts as Started, startMockSts } from '../../mock-sts/server/start.ts';
import { badInput, HarnessError } from '../kernel/errors.ts';
import { realClock } from '../kernel/real-clock.ts';
import type { CallRecord } from '../kernel/sts/call-record.ts';
import type { AccessKey } from '../kernel/sts/credentials.ts';

export interface MockStsOptions {
  /**
   * Accounts, users, roles, quotas: the path of a configuration file (docs/mock.md), its YAML text,
   * which has a line break, or what `loadMockConfig` gave. A small landing zone when left out.
   */
  readonly config?: string | MockStsConfig;
  /** In place of the configuration's: feeds latency, identifiers and made-up keys. */
  readonly seed?: number;
  /** In place of the configuration's: calls a second by caller's account, or `off`. */
  readonly quotaPerSecond?: number | 'off';
  /** In place of the configuration's: what every call takes, in milliseconds. */
  readonly latencyMs?: number;
  /**
   * In place of the configuration's 15 minutes: how old a signature may be. More for a test that moves
   * the mock's clock ahead while its client signs by the machine's.
   */
  readonly timestampToleranceMs?: number;
  /** In force from the start. */
  readonly faults?: readonly FaultForm[];
  /** Plain HTTP; 0, any free port, when left out. */
  readonly port?: number;
  /** Listen on HTTPS as well, with a certificate of an authority of its own; SDKs that accept nothing else. */
  readonly tls?: boolean;
  /** Listen as the instance metadata service as well. */
  readonly metadata?: boolean;
  /** Listen as KMS and the data plane as well. */
  readonly resource?: boolean;
  /** Told of every call as soon as it is decided. */
  readonly onCall?: (call: CallRecord) => void;
}

/** A fault by its name and parameters, as docs/faults.md lists them: `{ kind: 'outage', for: '30s' }`. */
export interface FaultForm {
  readonly kind: FaultName;
  /** When it begins, a duration from now; at once when left out. */
  readonly after?: string;
  /** How long it lasts; until it is removed when left out. */
  readonly for?: string;
  readonly [parameter: string]: string | number | undefined;
}

/** One call as STS saw it, with its request id and the masked id of the key that signed it. */
export type MockCall = JournalEntry;

export interface MockSts extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`: STS over plain HTTP, and the mock's own API under `/_mock/`. */
  readonly url: string;
  /** `https://127.0.0.1:<port>`; undefined without `tls`. */
  readonly tlsUrl: string | undefined;
  /** The authority that signed the certificate, PEM; undefined without `tls`. */
  readonly ca: string | undefined;
  /** Undefined without `metadata`. */
  readonly metadataUrl: string | undefined;
  /** Undefined without `resource`. */
  readonly resourceUrl: string | undefined;
  /** Who may call, with the roles that his own policies let him assume. The first is a good one for a test. */
  readonly identities: readonly MockIdentity[];
  /** The last 10,000 calls, oldest first. */
  calls(): readonly MockCall[];
  /** Counts of all calls. */
  counters(): CallCounters;
  readonly faults: MockFaults;
  /** The mock's time: expiry, quotas, dates, faults and latency follow it. Fit for a client's `clock`. */
  readonly clock: MockClock;
  /** As if just started: counters, calls, quotas, faults. Credentials already issued stay good. */
  reset(): void;
  /** Ends at once: open connections are cut. A second time it does nothing. */
  close(): Promise<void>;
}

export interface MockIdentity extends AccessKey {
  readonly user: string;
  readonly accountId: string;
  readonly roleArns: readonly string[];
}

export interface MockFaults {
  /** The fault's id. Throws HarnessError `FAULT_INVALID` for one that cannot be. */
  add(fault: FaultForm): string;
  /** Whether there was one of that id. */
  remove(id: string): boolean;
  clear(): void;
  list(): readonly FaultView[];
}

export type MockClock = Pick<
  AdjustableClock,
  'nowMs' | 'setTimer' | 'freeze' | 'resume' | 'advance' | 'isFrozen'
>;

export async function createMockSts(options: MockStsOptions = {}): Promise<MockSts> {
  const config = await configOf(options);
  const clock = new AdjustableClock(realClock());
  const { onCall, port = 0 } = options;
  const started = await startMockSts({
    config,
    clock,
    port,
    ...(options.tls === true ? { tlsPort: 0 } : {}),
    ...(options.metadata === true ? { metadataPort: 0 } : {}),
    ...(options.resource === true ? { resourcePort: 0 } : {}),
    ...(onCall === undefined ? {} : { onCall }),
  });
  const faults = faultsOf(started);
  try {
    for (const fault of options.faults ?? []) faults.add(fault);
  } catch (error) {
    await started.close();
    throw error;
  }
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= started.close();
    return closed;
  };
  return {
    url: started.httpUrl,
    tlsUrl: started.httpsHost === '' ? undefined : `https://${started.httpsHost}`,
    ca: presentOr(started.caPem),
    metadataUrl: presentOr(started.metadataUrl),
    resourceUrl: presentOr(started.resourceUrl),
    identities: identitiesOf(config),
    calls: () => started.journal(),
    counters: () => started.counters(),
    faults,
    clock,
    reset: () => started.reset(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function configOf(options: MockStsOptions): Promise<MockStsConfig> {
  const { config: given, seed, quotaPerSecond: quota, latencyMs, timestampToleranceMs } = options;
  const problems = [
    ...misfit('seed', seed, (value) => Number.isSafeInteger(value) && value >= 0, 'a whole number'),
    ...misfit(
      'quotaPerSecond',
      quota === 'off' ? undefined : quota,
      (value) => Number.isInteger(value) && value >= 1,
      "'off', or a whole number from 1",
    ),
    ...misfit('latencyMs', latencyMs, (value) => value >= 0, 'a number from 0'),
    ...misfit(
      'timestampToleranceMs',
      timestampToleranceMs,
      (value) => value >= 0,
      'a number from 0',
    ),
  ];
  if (problems.length > 0) throw badInput('OPTION_INVALID', problems);
  const config = await configFrom(given, seed);
  return {
    ...config,
    ...(seed === undefined ? {} : { seed }),
    ...(latencyMs === undefined ? {} : { latency: { medianMs: latencyMs, p99Ms: latencyMs } }),
    ...(timestampToleranceMs === undefined
      ? {}
      : { wire: { ...config.wire, timestampToleranceMs } }),
    ...(quota === undefined
      ? {}
      : { quota: { ...config.quota, perAccount: quota === 'off' ? undefined : quota } }),
  };
}

async function configFrom(given: MockStsOptions['config'], seed: number | undefined) {
  if (given === undefined) return defaultLandingZone(seed);
  if (typeof given !== 'string') return given;
  return given.includes('\n') ? parseMockConfig(given, 'inline') : loadMockConfig(given);
}

function misfit(
  path: string,
  value: number | undefined,
  holds: (value: number) => boolean,
  allowed: string,
) {
  if (value === undefined || holds(value)) return [];
  return [{ file: 'createMockSts options', path, found: String(value), allowed }];
}

function faultsOf({ faults: desk }: Started): MockFaults {
  return {
    add: (form) => {
      const added = desk.add(form);
      if (added.kind === 'added') return added.fault.id;
      const problem = added.kind === 'full' ? 'there are too many already' : added.problem;
      throw new HarnessError('FAULT_INVALID', `A fault cannot be added. ${problem}`);
    },
    remove: (id) => desk.remove(id),
    clear: () => desk.removeAll(),
    list: () => desk.list(),
  };
}

function identitiesOf({ users, roles }: MockStsConfig): MockIdentity[] {
  return users.flatMap(({ name, accountId, accessKeys, mayAssume }) => {
    const allowed = mayAssume.map(compilePattern);
    const roleArns = roles.map(({ arn }) => arn).filter((arn) => allowed.some((is) => is(arn)));
    return accessKeys
      .filter(({ active }) => active)
      .map(({ accessKeyId, accessKeySecret }) => ({
        user: name,
        accountId,
        accessKeyId,
        accessKeySecret,
        roleArns,
      }));
  });
}

function presentOr(text: string): string | undefined {
  return text === '' ? undefined : text;
}
