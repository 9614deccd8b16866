/**
 * What each thread of a run against real STS finds in its environment. Only the gate's has credentials:
 * a client under test that builds a client of its own from the environment finds nothing to sign with, and
 * no proxy to go through.
 */

type Environment = Readonly<Record<string, string | undefined>>;

/** Debug output of Node and of the official packages shows headers and bodies, and with them tokens. */
const SHOWS_SECRETS = /^(NODE_)?DEBUG$/i;
const CREDENTIALS = /^(ALIBABA_?CLOUD|ALICLOUD|ALIYUN)_/i;
const PROXIES = /^((HTTPS?|ALL)_PROXY|NODE_USE_ENV_PROXY)$/i;

export function gateEnvironment(environment: Environment): Record<string, string> {
  return without(environment, [SHOWS_SECRETS]);
}

export function driverEnvironment(environment: Environment): Record<string, string> {
  return without(environment, [SHOWS_SECRETS, CREDENTIALS, PROXIES]);
}

/** The same for this thread, once the gate has its own. */
export function forgetCredentials(environment: NodeJS.ProcessEnv): void {
  const kept = driverEnvironment(environment);
  for (const name of Object.keys(environment)) {
    if (!Object.hasOwn(kept, name)) delete environment[name];
  }
}

function without(environment: Environment, names: readonly RegExp[]): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    const isDropped = value === undefined || names.some((pattern) => pattern.test(name));
    if (!isDropped) kept[name] = value;
  }
  return kept;
}
