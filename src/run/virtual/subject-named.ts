/**
 * Subjects of virtual time by name: the reference client's own cache, models of other SDKs
 * (`preset:<name>`), and the two ends of the scale. Real clients are not among them: `host/`.
 */
import { CacheCore } from '../../client/cache-core.ts';
import { DEFAULT_CALL_TIMEOUT_MS } from '../../client/client-options.ts';
import { localExpiryMs } from '../../client/local-expiry.ts';
import { cachePolicy } from '../../client/policy.ts';
import { HarnessError } from '../../kernel/errors.ts';
import { nearest } from '../../kernel/nearest.ts';
import { PerRequestCache } from '../../models/per-request.ts';
import { PRESETS, type Preset, presetNamed } from '../../models/presets.ts';
import type { App } from '../../scenario/scenario.ts';
import { referenceOptions } from '../subjects/reference-options.ts';
import { checkSdk, checkStaticKeys } from '../subjects/suitability.ts';
import { StaticKeyCache } from './static-key-cache.ts';
import type { VirtualSubject } from './virtual-subject.ts';

const PRESET_PREFIX = 'preset:';
/** All presets, as a name on the command line. */
const EVERY_PRESET = 'preset:*';

/** `preset:*` -> every preset. */
export function expandPresets(names: readonly string[]): string[] {
  return names.flatMap((name) =>
    name === EVERY_PRESET ? PRESETS.map((preset) => `${PRESET_PREFIX}${preset.name}`) : [name],
  );
}

/** Throws HarnessError `SUBJECT_UNKNOWN` or `SUBJECT_INVALID` (exit 2). */
export function virtualSubjectNamed(
  name: string,
  options: App['client']['options'],
): VirtualSubject {
  if (name.startsWith(PRESET_PREFIX)) return fromPreset(name, name.slice(PRESET_PREFIX.length));
  switch (name) {
    case 'reference':
      return reference(options);
    case 'uncached':
      return uncached();
    case 'static-keys':
      return staticKeys();
    default:
      throw unknown(name);
  }
}

function reference(options: App['client']['options']): VirtualSubject {
  const { share, policy } = referenceOptions(options);
  const checked = cachePolicy(policy);
  return {
    name: 'reference',
    scope: share,
    atStart: 'warm-up',
    source: 'renewed',
    callTimeoutMs: DEFAULT_CALL_TIMEOUT_MS,
    caches: true,
    claims: { singleFlight: true, neverServesExpired: true },
    newCache: (chance) => new CacheCore(checked, chance),
    receive: (credential, { sentAtMs, answeredAtMs, durationSeconds, clockOffsetMs }) => ({
      accessKeyId: credential.accessKeyId,
      accessKeySecret: '',
      securityToken: '',
      expiresAtMs: localExpiryMs({
        sentAtMs,
        durationSeconds,
        expiresAtMs: credential.expiresAtMs,
        // The `Date` of the answer has no fractions.
        serverAtMs: Math.floor((answeredAtMs + clockOffsetMs) / 1_000) * 1_000,
      }),
    }),
  };
}

function fromPreset(name: string, presetName: string): VirtualSubject {
  const preset = presetNamed(presetName);
  if (preset === undefined) throw unknownPreset(presetName);
  const { atStart, callTimeoutMs, limitsSilence, durationSeconds, caches, claims } = preset;
  return {
    name,
    scope: 'process',
    atStart,
    source: 'at-start',
    checkApp: (app) => checkSdk(name, app),
    callTimeoutMs,
    limitsSilence,
    durationSeconds,
    caches,
    claims,
    note: noteOf(preset),
    newCache: (chance, session) => preset.newCache(chance, session),
  };
}

function noteOf({ title }: Preset): string {
  return `a model of ${title}.`;
}

function uncached(): VirtualSubject {
  return {
    name: 'uncached',
    scope: 'process',
    source: 'anew',
    atStart: 'nothing',
    callTimeoutMs: DEFAULT_CALL_TIMEOUT_MS,
    caches: false,
    newCache: () => new PerRequestCache(),
  };
}

function staticKeys(): VirtualSubject {
  return {
    name: 'static-keys',
    scope: 'process',
    source: 'at-start',
    checkApp: (app) => checkStaticKeys('static-keys', app),
    atStart: 'nothing',
    callTimeoutMs: DEFAULT_CALL_TIMEOUT_MS,
    caches: true,
    newCache: () => new StaticKeyCache(),
  };
}

const ALLOWED =
  'Allowed: reference, alibaba-sdk, uncached, static-keys, preset:<name>, preset:*, module:<path>, hosted:<name>.';

function unknown(name: string): HarnessError {
  return new HarnessError(
    'SUBJECT_UNKNOWN',
    `subject: found "${name}", which cannot be simulated`,
    {
      hint: ALLOWED,
    },
  );
}

function unknownPreset(name: string): HarnessError {
  const names = PRESETS.map((preset) => preset.name);
  const meant = nearest(name, names);
  const hint = meant === undefined ? '' : `Did you mean preset:${meant}? `;
  return new HarnessError('SUBJECT_UNKNOWN', `subject: there is no preset "${name}"`, {
    hint: `${hint}Presets: ${names.join(', ')}.`,
  });
}
