/** The explanation of a call as text, for people. */
import type { AccessDenied } from './decision.ts';
import type { CallExplanation, CallQuestion } from './explain-call.ts';
import { principalArn } from './identity.ts';
import { renderStatements } from './policy/render.ts';

const LAYER_NAMES: Record<AccessDenied['policyType'], string> = {
  ControlPolicy: 'control policies of the resource directory',
  AccountLevelIdentityBasedPolicy: 'permission policies of the caller',
  SessionPolicy: 'session policy of the caller',
  AssumeRolePolicy: 'trust policy of the role',
};

export function renderCall(question: CallQuestion, explanation: CallExplanation): string {
  const layers = explanation.layers.flatMap(({ policyType, decision, statements }) => [
    '',
    `${LAYER_NAMES[policyType]} (${policyType}): ${decision}`,
    ...renderStatements(statements),
  ]);
  return `${[...headOf(question, explanation), ...layers].join('\n')}\n`;
}

function headOf({ caller, asks }: CallQuestion, explanation: CallExplanation): string[] {
  const who = 'accountId' in caller ? principalArn(caller) : caller.names.join(', ');
  const [action, resource] =
    asks.kind === 'assume-role'
      ? ['sts:AssumeRole', asks.request.roleArn]
      : [asks.action, asks.resource];
  return [
    explanation.allowed ? 'ALLOWED' : `REFUSED: ${reasonOf(explanation)}`,
    `  caller    ${who}`,
    `  action    ${action}`,
    `  resource  ${resource}`,
  ];
}

function reasonOf({ because, denied }: CallExplanation): string {
  if (because === 'no-such-role') return 'the role does not exist (EntityNotExist.Role)';
  if (because === 'root-may-not-assume') return 'the account itself may not assume roles';
  if (denied === undefined) return 'nobody that this configuration has policies for';
  const { noPermissionType, policyType } = denied;
  const what =
    noPermissionType === 'ExplicitDeny' ? 'a Deny applies in the' : 'no Allow applies in the';
  return `${what} ${LAYER_NAMES[policyType]} (${noPermissionType}, ${policyType})`;
}
