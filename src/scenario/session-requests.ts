/**
 * What a process asks STS for: one request for each role on its way, the app's own last.
 */
import type { AssumeRoleRequest } from '../kernel/sts/credentials.ts';
import { hopsOf } from './hops.ts';
import type { PlannedProcess } from './plan.ts';
import type { Scenario } from './scenario.ts';

export function sessionRequests(
  { apps, caller }: Scenario,
  process: PlannedProcess,
): AssumeRoleRequest[] {
  const app = apps[process.app]!;
  const roleSessionName = `${app.name.slice(0, 40)}-${process.indexInApp}`;
  return hopsOf(app, caller).map(({ role, sessionDurationMs, principal }) => ({
    roleArn: role.arn,
    roleSessionName,
    durationSeconds: sessionDurationMs / 1_000,
    // AssumeRoleWithOIDC has none.
    ...(role.externalId === undefined || principal.kind === 'Federated'
      ? {}
      : { externalId: role.externalId }),
  }));
}
