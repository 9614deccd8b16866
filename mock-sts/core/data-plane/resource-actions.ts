/**
 * The actions of the data plane that a caller can ask for without knowing anything of the account:
 * one object of one bucket in OSS, and any action of the products that are known by their RPC
 * version. KMS is none of them, since its answer needs a secret.
 */
import type { CallerIdentity } from '../identity.ts';
import { RPC_PRODUCTS } from './products.ts';

/** `oss:GetObject` in two parts. */
export interface ResourceAction {
  readonly product: string;
  readonly action: string;
}

const BUCKET = 'app-data';
const OBJECT = `${BUCKET}/object`;

interface OssCall {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  /** Bucket and key. */
  readonly target: string;
}

export const OSS_CALLS: Readonly<Record<string, OssCall>> = {
  GetObject: { method: 'GET', target: OBJECT },
  PutObject: { method: 'PUT', target: OBJECT },
  DeleteObject: { method: 'DELETE', target: OBJECT },
  ListObjects: { method: 'GET', target: BUCKET },
};

/** Undefined for what the data plane does not have. */
export function resourceActionOf(text: string): ResourceAction | undefined {
  const [, product, action] = /^([a-z]+):([A-Za-z0-9]{1,64})$/.exec(text) ?? [];
  if (product === undefined || action === undefined) return undefined;
  const isKnown =
    product === 'oss'
      ? Object.hasOwn(OSS_CALLS, action)
      : product !== 'kms' && RPC_PRODUCTS.has(product);
  return isKnown ? { product, action } : undefined;
}

/** What is allowed, for messages. */
export const RESOURCE_ACTION_FORM = `an action of OSS (${Object.keys(OSS_CALLS)
  .map((action) => `oss:${action}`)
  .join(', ')}), or any of ${[...RPC_PRODUCTS.keys()]
  .filter((product) => product !== 'kms')
  .join(', ')}, such as ecs:DescribeInstances`;

/** The resource that the action touches, as policies name it; of an RPC product, the account's all. */
export function resourceOf(
  { product, action }: ResourceAction,
  { accountId }: Pick<CallerIdentity, 'accountId'>,
  region: string,
): string {
  return product === 'oss'
    ? `acs:oss:*:${accountId}:${OSS_CALLS[action]!.target}`
    : `acs:${product}:${region}:${accountId}:*`;
}
