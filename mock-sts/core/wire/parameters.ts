/**
 * The parameters of an RPC call, query and form merged, decoded; and the v1 signature over them.
 * This is the general way, in the kernel's plain words. `scanner.ts` is the fast way for the shape
 * that SDKs send, and falls back to this one for everything else.
 */
import { signV1, stringToSignV1 } from '../../../src/kernel/sts/signature-v1.ts';
import { ownText } from '../kept-text.ts';
import type { PrefixSigner } from '../prefix-signer.ts';

/** What signs a v1 request: the secret, and its prepared form where it is a permanent key's. */
export interface SigningKey {
  readonly secret: string;
  readonly signer: PrefixSigner | undefined;
}

export interface RpcParameters {
  /** The first value of that name. */
  get(name: string): string | undefined;
  /** Whether a value of that name is there and not empty. */
  has(name: string): boolean;
  /** Whether the parameter `Signature` is what the key makes of all others. */
  isSigned(method: string, key: SigningKey): boolean;
  stringToSign(method: string): string;
}

export type Pair = readonly [name: string, value: string];

export class PlainParameters implements RpcParameters {
  readonly pairs: readonly Pair[];

  constructor(pairs: readonly Pair[]) {
    this.pairs = pairs;
  }

  get(name: string): string | undefined {
    return this.pairs.find(([candidate]) => candidate === name)?.[1];
  }

  has(name: string): boolean {
    return Boolean(this.get(name));
  }

  isSigned(method: string, key: SigningKey): boolean {
    return signV1(key.secret, this.stringToSign(method)) === this.get('Signature');
  }

  stringToSign(method: string): string {
    return stringToSignV1(method, this.pairs);
  }
}

/** Query first, then form; a name that is given twice counts twice in the signature. */
export function decodePairs(url: string, form: Uint8Array): Pair[] {
  const queryAt = url.indexOf('?');
  const query = queryAt < 0 ? '' : url.slice(queryAt + 1);
  const pairs: Pair[] = [
    ...new URLSearchParams(query),
    ...new URLSearchParams(Buffer.from(form).toString('utf8')),
  ];
  if (query.length + form.length < LARGE) return pairs;
  return pairs.map(([name, value]) => [name, value.length < LARGE ? ownText(value) : value]);
}

/** Values may be kept, and out of a large request each would keep all of it. */
const LARGE = 4_096;
