/**
 * What the requests of a scenario's apps call for at the services of the cloud: who may do it, and how
 * long the service takes for it.
 */
import type { MockServiceTime } from '../../mock-sts/core/config.ts';
import { principalArn } from '../../mock-sts/core/identity.ts';
import type { NamedPolicy } from '../../mock-sts/core/policy/document.ts';
import type { App, CallerAccount } from './scenario.ts';

/** What the apps' requests call for, in that account, and nothing else. */
export function requestPolicies(apps: readonly App[], accountId: string): NamedPolicy[] {
  const actions = [...new Set(apps.flatMap((app) => actionOf(app) ?? []))];
  if (actions.length === 0) return [];
  const statements = actions.map((action) => ({
    Effect: 'Allow' as const,
    Action: action,
    Resource: `acs:${action.split(':')[0]}:*:${accountId}:*`,
  }));
  return [{ name: 'requests', document: { Version: '1', Statement: statements } }];
}

export function serviceTimesOf({ accountId }: CallerAccount, app: App): MockServiceTime[] {
  const action = actionOf(app);
  if (action === undefined) return [];
  const user = principalArn({ kind: 'user', accountId, name: app.user });
  const time = app.work.service;
  return [app.role.arn, user].map((principal) => ({ principal, action, time }));
}

function actionOf({ work: { resource } }: App): string | undefined {
  return resource && `${resource.product}:${resource.action}`;
}
