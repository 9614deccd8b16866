/**
 * Answers of services other than STS, and what stands behind a request to one.
 */
import type { CallerIdentity } from '../identity.ts';
import type { PlaceAnswer } from '../place-faults.ts';
import type { WireRequest } from '../wire/request.ts';

export interface ProductAnswer extends PlaceAnswer {
  readonly status: number;
  readonly contentType: string;
  /** By lower-case name; the request's id among them. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A request whose signature is right: who asks for what. */
export interface ProductCall {
  readonly request: WireRequest;
  readonly caller: CallerIdentity;
  /** `ecs:DescribeInstances` in two parts. */
  readonly product: string;
  readonly action: string;
}
