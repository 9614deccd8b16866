/**
 * A policy of RAM as people write it, `Version` 1. Permission policies, session policies and trust
 * policies have one grammar, but that a trust policy names principals where the others name
 * resources.
 * Source: Alibaba Cloud, "Policy structure and syntax", "Policy elements".
 */
export type Effect = 'Allow' | 'Deny';
export type Names = string | readonly string[];
/** Operator, key, values. */
export type ConditionBlock = Readonly<Record<string, Readonly<Record<string, Names>>>>;

export const PRINCIPAL_KINDS = ['RAM', 'Service', 'Federated'] as const;
export type PrincipalKind = (typeof PRINCIPAL_KINDS)[number];

export interface PolicyStatement {
  readonly Effect: Effect;
  readonly Action?: Names;
  readonly NotAction?: Names;
  readonly Resource?: Names;
  readonly NotResource?: Names;
  readonly Principal?: Readonly<Partial<Record<PrincipalKind, Names>>>;
  readonly Condition?: ConditionBlock;
}

export interface PolicyDocument {
  readonly Version: '1';
  readonly Statement: readonly PolicyStatement[];
}

/** A policy under the name by which explanations call it. */
export interface NamedPolicy {
  readonly name: string;
  readonly document: PolicyDocument;
}
