/** Rotation of users' AccessKeys: which key works when, at STS and in the secret. */
import { describe, expect, it } from 'vitest';
import type { KeyRotation } from '../../../mock-sts/core/config.ts';
import { RamSecrets } from '../../../mock-sts/core/ram-secrets.ts';
import { StsCore } from '../../../mock-sts/core/service.ts';
import type { AccessKey } from '../../../src/kernel/sts/credentials.ts';
import { askV1, CALLERS_ACCOUNT, INACTIVE_KEY, KEY, landing, NOW_MS } from '../landing.ts';

const SECRET = 'acs/ram/user/app';
const MINUTE_MS = 60_000;
const AT_MS = NOW_MS + 10 * MINUTE_MS;
const rotation: KeyRotation = { secret: SECRET, atMs: AT_MS, overlapMs: 30 * MINUTE_MS };

const currentKey = (secrets: RamSecrets, nowMs: number) =>
  secrets.find(CALLERS_ACCOUNT, SECRET, nowMs)!.versions.at(-1)!.accessKey;

function codeAt(core: StsCore, key: AccessKey, nowMs: number): string {
  const common = { Action: 'GetCallerIdentity' };
  const { status, body } = core.handle(askV1({ key, nowMs, common, parameters: {} }));
  return status === 200 ? 'OK' : JSON.parse(body).Code;
}

describe('a scheduled rotation', () => {
  it('makes a new key at its instant, and removes the old one after the overlap', () => {
    const core = new StsCore(landing({ rotations: [rotation] }));
    // A second core of the same seed tells the key that the first will make.
    const made = currentKey(new RamSecrets(landing({ rotations: [rotation] })), AT_MS);
    expect(made.accessKeyId).toMatch(/^LTAI5t\w{18}$/);
    expect(made.accessKeyId).not.toBe(KEY.accessKeyId);
    const endMs = AT_MS + rotation.overlapMs;
    expect(codeAt(core, KEY, AT_MS - 1)).toBe('OK');
    expect(codeAt(core, made, AT_MS - 1)).toBe('InvalidAccessKeyId.NotFound');
    expect(codeAt(core, KEY, AT_MS)).toBe('OK');
    expect(codeAt(core, made, AT_MS)).toBe('OK');
    expect(codeAt(core, KEY, endMs - 1)).toBe('OK');
    expect(codeAt(core, KEY, endMs)).toBe('InvalidAccessKeyId.NotFound');
    expect(codeAt(core, made, endMs)).toBe('OK');
  });

  it('takes place at its instant, though nobody asks until long after', () => {
    const secrets = new RamSecrets(landing({ rotations: [rotation] }));
    const { versions, nextRotationAtMs } = secrets.find(
      CALLERS_ACCOUNT,
      SECRET,
      AT_MS + 99 * MINUTE_MS,
    )!;
    expect(versions.map(({ createdAtMs, endsAtMs }) => [createdAtMs, endsAtMs])).toEqual([
      [0, AT_MS + rotation.overlapMs],
      [AT_MS, Number.POSITIVE_INFINITY],
    ]);
    expect(nextRotationAtMs).toBeUndefined();
  });

  it('does not take place while another lasts', () => {
    const rotations = [
      { ...rotation, atMs: AT_MS + 29 * MINUTE_MS },
      { ...rotation, atMs: AT_MS + 30 * MINUTE_MS },
      rotation,
    ];
    const secrets = new RamSecrets(landing({ rotations }));
    const { versions } = secrets.find(CALLERS_ACCOUNT, SECRET, AT_MS + 999 * MINUTE_MS)!;
    expect(versions.map(({ createdAtMs }) => createdAtMs)).toEqual([
      0,
      AT_MS,
      AT_MS + 30 * MINUTE_MS,
    ]);
  });
});

describe('a rotation by call', () => {
  it('is refused while one lasts, and for a secret that is not there', () => {
    const secrets = new RamSecrets(landing());
    expect(secrets.rotate('acs/ram/user/nobody', 0, NOW_MS)).toBe('not-found');
    expect(secrets.rotate(SECRET, MINUTE_MS, NOW_MS)).toBe('rotated');
    expect(secrets.rotate(SECRET, MINUTE_MS, NOW_MS + MINUTE_MS - 1)).toBe('rotating');
    expect(secrets.rotate(SECRET, MINUTE_MS, NOW_MS + MINUTE_MS)).toBe('rotated');
    expect(secrets.find(CALLERS_ACCOUNT, SECRET, NOW_MS)!.versions).toHaveLength(3);
  });

  it('reaches the core whose secrets these are', () => {
    const core = new StsCore(landing());
    core.secrets.rotate(SECRET, 0, NOW_MS);
    expect(codeAt(core, KEY, NOW_MS)).toBe('InvalidAccessKeyId.NotFound');
    expect(codeAt(core, currentKey(core.secrets, NOW_MS), NOW_MS)).toBe('OK');
    expect(codeAt(core, INACTIVE_KEY, NOW_MS)).toBe('InvalidAccessKeyId.Inactive');
  });

  it('makes the same keys from the same seed, and others from another', () => {
    const keyOf = (seed: number) => {
      const secrets = new RamSecrets(landing({ seed }));
      secrets.rotate(SECRET, 0, NOW_MS);
      return currentKey(secrets, NOW_MS);
    };
    expect(keyOf(7)).toEqual(keyOf(7));
    expect(keyOf(7)).not.toEqual(keyOf(8));
  });
});
