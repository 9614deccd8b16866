/** A small valid scenario, and the way to change it. JSON is YAML, so objects make files. */
import { parseScenario } from '../../src/scenario/parse.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

type Fields = Record<string, unknown>;

export const app: Fields = {
  role: { arn: 'acs:ram::1100000000000001:role/role-a-prd' },
  hosts: 2,
  processesPerHost: 3,
  load: { rate: '600/s' },
};

export const file: Fields = {
  seed: 7,
  duration: '1h',
  caller: { account: '1000000000000001', region: 'cn-shanghai' },
  apps: { a: app },
};

/** The scenario with these top-level keys, and with these fields laid over its one app. */
export function scenarioWith(top: Fields = {}, fields: Fields = {}): Scenario {
  const apps = { a: { ...app, ...fields } };
  return parseScenario(JSON.stringify({ ...file, apps, ...top }), 'example.yaml');
}
