/**
 * The last request of each of the last few callers, in canonical form. A caller's next request
 * resembles his own, not the one of another who came in between.
 */
import type { PrefixSigner } from '../prefix-signer.ts';
import { Frame, PARAMETERS_MAX, RAW_BYTES_MAX } from './frame.ts';
import type { Layout } from './layout.ts';

/** Of a caller beyond that number the request is read from the beginning. Each takes 50 KB. */
const CALLERS_MAX = 16;
/** A byte becomes at most `%25XX`; and there is room for the method. */
const TEXT_BYTES_MAX = 64 + RAW_BYTES_MAX * 5;

export class LastRequest {
  frame = new Frame();
  /** Undefined while what stands here is not a whole request. */
  layout: Layout | undefined;
  method = '';
  /** Decoded values; undefined until somebody asks. */
  readonly values: (string | undefined)[] = new Array(PARAMETERS_MAX).fill(undefined);
  /** The string to sign. */
  readonly text = Buffer.alloc(TEXT_BYTES_MAX);
  /** Where each parameter ends in it. */
  readonly textEnds = new Int32Array(PARAMETERS_MAX);
  textEnd = 0;
  /** So much of it is as it was when `signer` signed it. */
  textSame = 0;
  signer: PrefixSigner | undefined;
}

export class LastRequests {
  /** Most recently used first. */
  private readonly requests: LastRequest[] = [];

  /** The caller's own, of the same parameters; else the place for it, with another's in it. */
  find(frame: Frame, layout: Layout): LastRequest {
    const { requests } = this;
    let rank = 0;
    while (rank < requests.length && !isOfCaller(requests[rank]!, frame, layout)) rank += 1;
    if (rank === 0 && requests.length > 0) return requests[0]!;
    const [found = new LastRequest()] =
      rank < requests.length || rank === CALLERS_MAX
        ? requests.splice(Math.min(rank, CALLERS_MAX - 1), 1)
        : [];
    requests.unshift(found);
    return found;
  }
}

function isOfCaller(last: LastRequest, frame: Frame, layout: Layout): boolean {
  if (last.layout !== layout) return false;
  const { accessKeyId } = layout;
  return accessKeyId < 0 || frame.sameValue(last.frame, accessKeyId);
}
