/**
 * The mock keeps nothing of callers who never say the same twice: after rounds of requests, each with
 * an action, a role, a key, a code and a secret of its own, the heap after a collection is what it was.
 * What is bounded (journal, trail, names, series, nonces) is filled before the first measurement.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { CredentialsUri } from '../../mock-sts/core/credentials-uri.ts';
import { DataPlane } from '../../mock-sts/core/data-plane/data-plane.ts';
import { MetadataService } from '../../mock-sts/core/metadata.ts';
import { StsCore } from '../../mock-sts/core/service.ts';
import { ServiceSessions } from '../../mock-sts/core/service-sessions.ts';
import { CallJournal } from '../../mock-sts/server/call-journal.ts';
import { Observation } from '../../mock-sts/server/observation.ts';
import { StsEndpoint } from '../../mock-sts/server/sts-endpoint.ts';
import { VirtualClock } from '../../src/kernel/virtual-clock.ts';
import { askAcs3, askV1, landing, NOW_MS, ROLE_ARN } from '../mock-sts/landing.ts';
import { askOidc, podsLanding } from '../mock-sts/oidc-tokens.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

/** Of its own for each call; long, so that a thousand that are kept are a megabyte. */
const longName = (i: number) => `x${i.toString(36).padStart(900, '0')}`;
const shortName = (i: number) => `x${i.toString(36).padStart(24, '0')}`;

function mock() {
  const statement = { Effect: 'Allow', Action: '*', Resource: '*' } as const;
  const policies = [{ name: 'all', document: { Version: '1', Statement: [statement] } as const }];
  const base = podsLanding();
  const config = { ...base, users: landing().users.map((user) => ({ ...user, policies })) };
  const clock = new VirtualClock(NOW_MS);
  const core = new StsCore(config);
  const journal = new CallJournal();
  const deps = { config, clock, core: () => core };
  const observation = new Observation({ actionTrail: {}, log: () => undefined }, deps);
  const endpoint = new StsEndpoint({
    ...{ clock, core: () => core, journal, onCall: undefined },
    onAnswer: (request, answer) => observation.see(request, answer),
  });
  const services = new DataPlane(config, core.secrets, core.faults);
  const sessions = new ServiceSessions(config.seed);
  const metadata = new MetadataService(config, sessions, core.faults);
  const uri = new CredentialsUri(config, sessions, core.faults);
  return { endpoint, services, metadata, uri };
}

function callAll({ endpoint, services, metadata, uri }: ReturnType<typeof mock>, i: number): void {
  const name = longName(i);
  const session = shortName(i);
  const roleArn = `acs:ram::1000000000000101:role/${name}`;
  const send = () => undefined;
  const asked = [
    askV1({ parameters: { RoleArn: ROLE_ARN, RoleSessionName: session } }),
    askV1({ parameters: { RoleArn: roleArn, RoleSessionName: session, ExternalId: name } }),
    askV1({ common: { Action: name } }),
    askV1({ key: { accessKeyId: name, accessKeySecret: name } }),
    askAcs3({ action: name }),
    askAcs3({
      parameters: { RoleArn: ROLE_ARN, RoleSessionName: session, Policy: policyNaming(name) },
    }),
  ];
  for (const request of asked) endpoint.handle(request, send);
  if (i % 20 === 0) endpoint.handle(askOidc({ RoleArn: roleArn, OIDCToken: name }), send);
  const Version = '2014-05-26';
  services.handle(askV1({ common: { Action: name, Version }, parameters: { RegionId: name } }));
  const SecretName = `acs/ram/user/${name}`;
  const kms = { Action: 'GetSecretValue', Version: '2016-01-20' };
  services.handle(askV1({ common: kms, parameters: { SecretName } }));
  services.handle({ ...askV1(), url: `/${name}/${name}?${name}`, headers: ['Host', name] });
  metadata.handle({ method: 'GET', path: `/${name}`, header: () => name, nowMs: NOW_MS });
  uri.handle(name, NOW_MS);
}

function policyNaming(name: string): string {
  const statement = { Effect: 'Allow', Action: 'oss:*', Resource: `acs:oss:*:*:${name}/*` };
  return JSON.stringify({ Version: '1', Statement: [statement] });
}

/** Fills the journal, the largest of what is bounded and made one by one. */
const WARM_UP = 1_700;
const CALLS_A_ROUND = 600;
/** What the engine itself adds and takes between two collections is well below it. */
const GROWTH_BYTES_MAX = 1_048_576;

it('the heap is as large after thousands of strangers as before', { timeout: 120_000 }, () => {
  const all = mock();
  let i = 0;
  const round = (calls: number) => {
    for (const end = i + calls; i < end; i += 1) callAll(all, i);
    return heapBytes();
  };
  const before = round(WARM_UP);
  const after = [round(CALLS_A_ROUND), round(CALLS_A_ROUND), round(CALLS_A_ROUND)];
  expect(Math.min(...after.slice(1)) - before).toBeLessThan(GROWTH_BYTES_MAX);
});

it('what is kept of a request is no more than what is shown of it', () => {
  const { endpoint } = mock();
  const megabyte = 'x'.repeat(1_048_576);
  const send = () => undefined;
  const large = (i: number) => [
    askV1({ key: { accessKeyId: `${i}${megabyte}`, accessKeySecret: 's' }, method: 'POST' }),
    askV1({ common: { Action: `${i}${megabyte}` } }),
    askV1({ parameters: { RoleArn: `${i}${megabyte}`, RoleSessionName: 'session' } }),
    askV1({ parameters: { RoleArn: ROLE_ARN, RoleSessionName: 'one', Other: megabyte } }),
    askV1({
      parameters: {
        RoleArn: ROLE_ARN,
        RoleSessionName: 'a',
        Policy: policyNaming(`${i}`),
        megabyte,
      },
    }),
  ];
  const before = heapBytes();
  for (let i = 0; i < 10; i += 1) for (const request of large(i)) endpoint.handle(request, send);
  // A single one that is still held is a megabyte, or two; scratch strings of the last request are.
  expect(heapBytes() - before).toBeLessThan(8 * 1_048_576);
});
