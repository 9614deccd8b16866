/** Policies that count together, and what kind they are of: each layer has to say Allow. */
import type { AccessDenied } from './decision.ts';
import type { CompiledPolicy } from './policy/compile.ts';

export interface PolicyLayer {
  readonly policyType: AccessDenied['policyType'];
  readonly policy: CompiledPolicy;
}
