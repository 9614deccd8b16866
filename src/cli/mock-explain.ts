/** `sts-harness mock --explain`: why a call would be allowed or refused on a configuration. */
import type { MockStsConfig } from '../../mock-sts/core/config.ts';
import { type CallQuestion, explainCall } from '../../mock-sts/core/explain-call.ts';
import type { CallerIdentity } from '../../mock-sts/core/identity.ts';
import type { ConditionContext } from '../../mock-sts/core/policy/evaluate.ts';
import { compileIpRange } from '../../mock-sts/core/policy/ip-range.ts';
import { renderCall } from '../../mock-sts/core/render-call.ts';
import { readSessionPolicy } from '../../mock-sts/core/session-policy.ts';
import { federatedPrincipal, servicePrincipal } from '../../mock-sts/core/trust.ts';
import { badInput, EXIT, type Problem } from '../kernel/errors.ts';
import { realClock } from '../kernel/real-clock.ts';
import { parseTimestamp } from '../kernel/sts/wire.ts';

export interface ExplainFlags {
  readonly caller?: string;
  readonly role?: string;
  readonly action?: string;
  readonly resource?: string;
  readonly externalId?: string;
  readonly sourceIp?: string;
  readonly time?: string;
  readonly sessionPolicy?: string;
  readonly context?: readonly string[];
}

/** Exit 0 whether it would be allowed or not: the question was answered. */
export function explainMock(config: MockStsConfig, flags: ExplainFlags): number {
  const question = questionOf(config, flags);
  process.stdout.write(renderCall(question, explainCall(config, question)));
  return EXIT.passed;
}

const CALLERS =
  'user/<name> or role/<name> of the configuration, an ARN (…:user/x, …:role/x, …:root, …:oidc-provider/x, …:saml-provider/x), or a service such as ecs.aliyuncs.com';

function questionOf(config: MockStsConfig, flags: ExplainFlags): CallQuestion {
  const problems: Problem[] = [];
  const wrong = (file: string, value: string | undefined, allowed: string) => {
    problems.push({
      file,
      path: '',
      found: value === undefined ? 'nothing' : `"${value}"`,
      allowed,
    });
  };
  const caller = callerOf(config, flags);
  if (caller === undefined) wrong('--caller', flags.caller, CALLERS);
  const asks = asksOf(config, flags);
  if (asks === undefined) {
    wrong('--role', flags.role, 'one role of the configuration, or --action with --resource');
  }
  const { time, sourceIp, sessionPolicy } = flags;
  const nowMs = time === undefined ? realClock().nowMs() : parseTimestamp(time);
  if (nowMs === undefined) wrong('--time', time, 'an instant such as 2026-11-22T08:00:00Z');
  if (sourceIp !== undefined && (/[*/]/.test(sourceIp) || compileIpRange(sourceIp) === undefined)) {
    wrong('--source-ip', sourceIp, 'an IP address');
  }
  if (sessionPolicy !== undefined && 'code' in readSessionPolicy(sessionPolicy)) {
    wrong('--session-policy', sessionPolicy, 'a policy of at most 2,048 bytes, in JSON');
  }
  for (const pair of flags.context ?? []) {
    if (!/^[^=]+=/.test(pair)) wrong('--context', pair, 'key=value, such as oidc:sub=alice');
  }
  if (caller === undefined || asks === undefined || nowMs === undefined || problems.length > 0) {
    throw badInput('FLAG_INVALID', problems);
  }
  return { caller, asks, nowMs, sourceIp, secure: true, context: contextOf(flags.context ?? []) };
}

/** A key that is given twice has two values. */
function contextOf(pairs: readonly string[]): ConditionContext {
  const context = new Map<string, string[]>();
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    const key = pair.slice(0, at);
    context.set(key, [...(context.get(key) ?? []), pair.slice(at + 1)]);
  }
  return Object.fromEntries(context);
}

function callerOf(
  config: MockStsConfig,
  { caller = '', sessionPolicy }: ExplainFlags,
): CallQuestion['caller'] | undefined {
  const arn = /^acs:ram::(\d+):(?:(user|role|oidc-provider|saml-provider)\/(.+)|root)$/.exec(
    caller,
  );
  const short = /^(user|role)\/(.+)$/.exec(caller);
  if (short !== null) return identityOf(config, short[1]!, short[2]!, sessionPolicy);
  if (arn !== null) {
    const [, accountId = '', kind, name = ''] = arn;
    if (kind === undefined) return { kind: 'account', accountId };
    if (kind === 'user') return { kind: 'user', accountId, name };
    if (kind === 'role') return sessionOf(accountId, name, sessionPolicy);
    return federatedPrincipal(caller);
  }
  return /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(caller) ? servicePrincipal(caller) : undefined;
}

/** By name alone, where it is the only one of that name. */
function identityOf(
  { users, roles }: MockStsConfig,
  kind: string,
  name: string,
  sessionPolicy: string | undefined,
): CallerIdentity | undefined {
  if (kind === 'user') {
    const [user, ...others] = users.filter((one) => one.name === name);
    if (user === undefined || others.length > 0) return undefined;
    return { kind: 'user', accountId: user.accountId, name };
  }
  const arn = oneArn(
    roles.map((role) => role.arn),
    name,
  );
  return arn === undefined ? undefined : sessionOf(arn.split(':')[3]!, name, sessionPolicy);
}

function sessionOf(
  accountId: string,
  roleName: string,
  sessionPolicy: string | undefined,
): CallerIdentity {
  return {
    kind: 'role',
    accountId,
    roleName,
    roleSessionName: 'explained',
    sourceIdentity: undefined,
    ...(sessionPolicy === undefined ? {} : { sessionPolicy }),
  };
}

function asksOf(
  { roles }: MockStsConfig,
  { role, action, resource, externalId }: ExplainFlags,
): CallQuestion['asks'] | undefined {
  if ((role === undefined) === (action === undefined)) return undefined;
  if (action !== undefined) {
    return resource === undefined ? undefined : { kind: 'action', action, resource };
  }
  const roleArn = role!.startsWith('acs:')
    ? role!
    : oneArn(
        roles.map(({ arn }) => arn),
        role!,
      );
  if (roleArn === undefined) return undefined;
  const request = {
    roleArn,
    roleSessionName: 'explained',
    durationSeconds: 3_600,
    ...(externalId === undefined ? {} : { externalId }),
  };
  return { kind: 'assume-role', request };
}

/** `role-x` or `role/role-x`, if one role only has that name. */
function oneArn(arns: readonly string[], name: string): string | undefined {
  const ending = `:role/${name.replace(/^role\//, '')}`;
  const [arn, ...others] = arns.filter((one) => one.endsWith(ending));
  return others.length > 0 ? undefined : arn;
}
