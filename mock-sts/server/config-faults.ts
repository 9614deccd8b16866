/**
 * The faults of the configuration file, written as in a scenario: `at` counts from the mock's start.
 */
import type { MockFault } from '../core/config.ts';
import { readFault } from '../core/fault-form.ts';
import { rolesOf, usersOf } from './config-identities.ts';
import type { MockConfigFile } from './config-schema.ts';

export interface FaultIssue {
  readonly path: readonly PropertyKey[];
  readonly allowed: string;
}

/** What is wrong with them, among that whom they name and nobody is. */
export function faultIssues(file: MockConfigFile): FaultIssue[] {
  const users = usersOf(file).map(({ name }) => name);
  const roles = rolesOf(file).map(({ arn }) => arn);
  return file.faults.flatMap((value, i) => {
    const reading = readFault(value, 0, 'at');
    if (reading.kind === 'problem') {
      const { key, allowed } = reading;
      return [{ path: ['faults', i, ...(key === undefined ? [] : [key])], allowed }];
    }
    const { fault } = reading;
    if (fault.kind === 'access-key-disabled' && !users.includes(fault.user)) {
      return [{ path: ['faults', i, 'user'], allowed: `one of: ${users.join(', ')}` }];
    }
    const { roleArn } = fault.kind === 'background' ? fault : { roleArn: undefined };
    return roleArn === undefined || roles.includes(roleArn)
      ? []
      : [{ path: ['faults', i, 'role'], allowed: `one of: ${roles.join(', ')}` }];
  });
}

/** Only for a file without issues. */
export function faultsOf(file: MockConfigFile, startedAtMs: number): MockFault[] {
  return file.faults.flatMap((value) => {
    const reading = readFault(value, startedAtMs, 'at');
    return reading.kind === 'fault' ? [reading.fault] : [];
  });
}
