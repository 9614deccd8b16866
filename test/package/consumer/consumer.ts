// Uses each public item once, as somebody would who installed the package.
import {
  CachingCredentialClient,
  createMockSts,
  EXIT,
  exitCodeOf,
  HarnessError,
  judge,
  loadScenario,
  type MockSts,
  type Result,
  type ScenarioFile,
  type SizeReport,
  simulate,
  size,
} from 'sts-harness';
import { CredentialHolder } from 'sts-harness/client';

const scenario: ScenarioFile = {
  duration: '10s',
  caller: { account: '1000000000000001', region: 'cn-hangzhou' },
  apps: {
    shop: {
      role: { arn: 'acs:ram::1100000000000001:role/role-shop-prd' },
      hosts: 2,
      load: { rate: '40/s' },
    },
  },
  faults: [{ kind: 'outage', at: '5s', for: '1s' }],
};
const result: Result = await simulate(scenario, {
  name: 'shop',
  signal: new AbortController().signal,
});
const judged = await judge(result, ['assumeRole.calls == 2']);
if (exitCodeOf(judged) !== EXIT.passed) throw new Error(judged.reasons.join(' '));
const { readings }: SizeReport = await size(scenario, {
  name: 'shop',
  replications: 2,
  situations: ['coldStart'],
});
if (readings[0]?.quotaPerSecond !== 2) throw new Error(JSON.stringify(readings[0]));
const { hash } = await loadScenario('smoke');
if (hash.length !== 64) throw new Error(hash);

await using mock: MockSts = await createMockSts({ latencyMs: 0 });
const [identity] = mock.identities;
if (identity === undefined) throw new Error('nobody may call');
const client = new CachingCredentialClient({
  source: identity,
  roleArn: identity.roleArns[0] ?? '',
  roleSessionName: 'consumer',
  endpoint: mock.url,
});
const { securityToken } = await client.getCredentials();
if (securityToken === '' || mock.calls().length !== 1) throw new Error('no call was made');
await client.close();
try {
  // @ts-expect-error: there is no such fault, and the types say so.
  mock.faults.add({ kind: 'outag' });
} catch (error) {
  if (!(error instanceof HarnessError)) throw error;
}
console.log('done', typeof CredentialHolder);
