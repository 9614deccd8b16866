/**
 * Our client through a release and a renewal, eight processes at 400 requests a second, in virtual time:
 * the same figures on every machine. `run` in the place of `simulate` replays it in real time.
 */
import { fileURLToPath } from 'node:url';
import { type Result, simulate } from 'sts-harness';
import 'sts-harness/vitest';
import { beforeAll, describe, expect, it } from 'vitest';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const PROCESSES = 8;

describe('a release, and the first renewal after it', () => {
  let result: Result;
  beforeAll(async () => {
    result = await simulate(at('../harness/release.yaml'), {
      subject: new URL('../harness/subject.ts', import.meta.url),
    });
  }, 60_000);

  it('one call a process for its first session, and one for its second', () => {
    expect(result).toCallAssumeRoleAtMost(PROCESSES, { window: 'release' });
    expect(result).toCallAssumeRoleAtMost(2 * PROCESSES);
  });

  it('no request waits for a renewal', () => {
    expect(result).toHaveNoStalls({ after: 'start' });
  });

  it('no request fails or gets a credential that has ended', () => {
    expect(result).toFailNoRequest();
    expect(result).toServeNoExpiredCredential();
  });

  it('a tenth of the quota is enough', () => {
    expect(result).toStayWithinQuota({ share: 0.1 });
    expect(result).toPassThresholds();
  });
});
