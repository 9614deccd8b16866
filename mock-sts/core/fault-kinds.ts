/**
 * Every fault by its name, in one table: what it does, what it takes, and the effect that follows.
 * The command line lists it, scenario files and the admin API are read by it, the docs are held
 * against it.
 */
import { FAULT_TARGETS, type FaultEffect, type FaultTarget } from './config.ts';

export type ParameterForm =
  | 'duration'
  | 'share'
  | 'code'
  | 'rate'
  | 'count'
  | 'role'
  | 'user'
  | 'series';

export interface FaultParameter {
  readonly name: string;
  readonly form: ParameterForm;
  readonly required: boolean;
  readonly what: string;
}

/** Durations in milliseconds, shares from 0 to 1, rates a second, series by second. */
export type FaultValue = number | string | readonly number[];

/** By parameter. */
export type FaultValues = Readonly<Record<string, FaultValue | undefined>>;

export interface FaultKind {
  readonly what: string;
  readonly parameters: readonly FaultParameter[];
  /** Where it can strike, by its parameter `target`; without them, at STS alone. */
  readonly targets?: Targets;
  /** Only for values that have the parameters' forms. */
  effect(values: FaultValues): FaultEffect | Misfit;
}

type Targets = readonly [FaultTarget, ...FaultTarget[]];

/** Where a key is judged. */
const JUDGES: Targets = ['sts', 'kms', 'resource'];
/** Where a credential is handed out. */
const GIVERS: Targets = ['sts', 'metadata', 'credentials-uri'];

/** What contradicts what among the parameters. */
export interface Misfit {
  readonly misfit: string;
  readonly allowed: string;
}

const SHARE = parameter('share', 'share', 'that share of calls; all where it is left out');
const REQUIRED_SHARE = { ...SHARE, required: true, what: 'that share of calls' };
const CODE = { ...parameter('code', 'code', 'the error code'), required: true };

export const FAULT_KINDS = {
  outage: strikes('every call is answered with ServiceUnavailable (503)', (share) => ({
    kind: 'outage',
    ...share,
  })),
  errors: {
    what: 'calls are answered with an error code; one that STS does not have has status 500',
    parameters: [REQUIRED_SHARE, CODE],
    targets: FAULT_TARGETS,
    effect: ({ share, code }) => ({ kind: 'errors', share: Number(share), code: String(code) }),
  },
  'internal-error': failsWith('InternalError'),
  'service-unavailable': failsWith('ServiceUnavailable'),
  'throttling-user': failsWith('Throttling.User'),
  'throttling-api': failsWith('Throttling.Api'),
  throttling: failsWith('Throttling'),
  'too-many-requests': strikes(
    'calls are answered with Throttling and status 429, as some services of Alibaba Cloud do',
    ({ share = 1 }) => ({ kind: 'errors', share, code: 'Throttling', status: 429 }),
  ),
  'redirect-empty': strikes(
    'calls are answered with status 302 and no body, a documented sign of throttling',
    (share) => ({ kind: 'redirect-empty', ...share }),
  ),
  latency: {
    what: 'calls take longer: by a fixed time, or by one drawn with a median and a 99th percentile',
    parameters: [
      parameter('add', 'duration', 'a fixed time'),
      parameter('median', 'duration', 'of the added time; with p99, in place of add'),
      parameter('p99', 'duration', 'of the added time'),
      SHARE,
    ],
    targets: FAULT_TARGETS,
    effect: latencyEffect,
  },
  'connection-reset': strikes('the connection is reset instead of an answer', (share) => ({
    kind: 'connection-reset',
    ...share,
  })),
  hang: strikes('the connection stays open and silent: no answer ever', (share) => ({
    kind: 'hang',
    ...share,
  })),
  'slow-body': {
    what: 'the head of the answer comes in time, its body drop by drop',
    parameters: [
      { ...parameter('over', 'duration', 'from the first byte to the last'), required: true },
      SHARE,
    ],
    targets: FAULT_TARGETS,
    effect: ({ over, share }) => ({
      kind: 'slow-body',
      overMs: Number(over),
      ...shareOf(share),
    }),
  },
  'truncated-json': strikes('the body ends in the middle', (share) => ({
    kind: 'truncated-json',
    ...share,
  })),
  'malformed-json': strikes('the body is no JSON', (share) => ({
    kind: 'malformed-json',
    ...share,
  })),
  'missing-expiration': {
    ...strikes('the credential comes without its Expiration', (share) => ({
      kind: 'missing-expiration',
      ...share,
    })),
    targets: GIVERS,
  },
  'expired-credential': {
    what: 'the credential has ended when it comes',
    parameters: [parameter('ago', 'duration', 'how long ago it ended; 1h where left out'), SHARE],
    targets: GIVERS,
    effect: ({ ago = 3_600_000, share }) => ({
      kind: 'expired-credential',
      agoMs: Number(ago),
      ...shareOf(share),
    }),
  },
  'clock-skew': {
    what: "the server's clock is off: its Date header, Expiration, and check of timestamps",
    parameters: [
      parameter('ahead', 'duration', 'by so much'),
      parameter('behind', 'duration', 'by so much, in place of ahead'),
    ],
    targets: FAULT_TARGETS,
    effect: ({ ahead, behind }) =>
      (ahead === undefined) === (behind === undefined)
        ? { misfit: 'ahead', allowed: 'either ahead or behind' }
        : { kind: 'clock-skew', offsetMs: Number(ahead ?? 0) - Number(behind ?? 0) },
  },
  'early-revocation': {
    what: 'credentials issued before it begins are refused while it lasts',
    parameters: [],
    targets: JUDGES,
    effect: () => ({ kind: 'early-revocation' }),
  },
  'access-key-disabled': {
    what: "a user's AccessKeys are refused as disabled",
    parameters: [{ ...parameter('user', 'user', 'name of the RAM user'), required: true }],
    targets: JUDGES,
    effect: ({ user }) => ({ kind: 'access-key-disabled', user: String(user) }),
  },
  'succeed-then-fail': {
    what: 'so many calls pass, then they fail with an error code',
    parameters: [
      { ...parameter('calls', 'count', 'how many pass'), required: true },
      CODE,
      { ...SHARE, what: 'that share of calls after them; all where it is left out' },
    ],
    targets: FAULT_TARGETS,
    effect: ({ calls, code, share }) => ({
      kind: 'succeed-then-fail',
      calls: Number(calls),
      code: String(code),
      ...shareOf(share),
    }),
  },
  background: {
    what: "others spend the account's quota, or one role's: evenly spaced, or as recorded",
    parameters: [
      parameter('rate', 'rate', "others' calls, evenly spaced"),
      parameter('bySecond', 'series', 'calls in each second from its begin, in place of rate'),
      parameter('role', 'role', 'ARN of the role; the account where left out'),
    ],
    effect: backgroundEffect,
  },
} as const satisfies Record<string, FaultKind>;

export type FaultName = keyof typeof FAULT_KINDS;

export const FAULT_NAMES = Object.keys(FAULT_KINDS) as FaultName[];

export function faultKind(name: FaultName): FaultKind {
  return FAULT_KINDS[name];
}

/** `--list-faults`. */
export function renderFaultKinds(): string {
  const width = Math.max(...FAULT_NAMES.map((name) => name.length));
  const lines = FAULT_NAMES.flatMap((name) => {
    const { what, parameters, targets } = faultKind(name);
    const indent = ' '.repeat(width + 4);
    return [
      `  ${name.padEnd(width)}  ${what}`,
      ...parameters.map((one) => `${indent}${parameterText(one)}`),
      ...(targets === undefined ? [] : [`${indent}${targetText(targets)}`]),
    ];
  });
  return `Faults, with the parameters that each takes\n${lines.join('\n')}\n`;
}

/** `target: sts, kms or resource; sts where it is left out`. */
function targetText(targets: Targets): string {
  const otherwise = targets === JUDGES ? 'all three' : 'sts';
  const last = targets.at(-1);
  return `target: ${targets.slice(0, -1).join(', ')} or ${last}; ${otherwise} where it is left out`;
}

/** `over: 10s (required), from the first byte to the last`. */
function parameterText({ name, form, required, what }: FaultParameter): string {
  return `${name}: ${EXAMPLE[form]}${required ? ' (required)' : ''}, ${what}`;
}

/** A value of each form. */
export const EXAMPLE: Readonly<Record<ParameterForm, string>> = {
  duration: '10s',
  share: '30%',
  code: 'InternalError',
  rate: '100/s',
  count: '20',
  role: 'acs:ram::1000000000000101:role/role-appX-prd',
  user: 'appX',
  series: '3 0 12*1',
};

function parameter(name: string, form: ParameterForm, what: string): FaultParameter {
  return { name, form, required: false, what };
}

type Share = { readonly share?: number };

function shareOf(share: FaultValue | undefined): Share {
  return share === undefined ? {} : { share: Number(share) };
}

function strikes(what: string, effect: (share: Share) => FaultEffect): FaultKind {
  return {
    what,
    parameters: [SHARE],
    targets: FAULT_TARGETS,
    effect: ({ share }) => effect(shareOf(share)),
  };
}

function failsWith(code: string): FaultKind {
  return strikes(`calls are answered with ${code}`, ({ share = 1 }) => ({
    kind: 'errors',
    share,
    code,
  }));
}

function latencyEffect({ add, median, p99, share }: FaultValues): FaultEffect | Misfit {
  const isDrawn = median !== undefined && p99 !== undefined;
  const isFixed = median === undefined && p99 === undefined;
  if (add !== undefined ? !isFixed : !isDrawn) {
    return { misfit: 'add', allowed: 'either add, or median and p99' };
  }
  if (add !== undefined) return { kind: 'latency', addMs: Number(add), ...shareOf(share) };
  const added = { medianMs: Number(median), p99Ms: Number(p99) };
  if (added.p99Ms < added.medianMs) return { misfit: 'p99', allowed: 'at least the median' };
  return { kind: 'latency', added, ...shareOf(share) };
}

function backgroundEffect({ rate, bySecond, role }: FaultValues): FaultEffect | Misfit {
  if ((rate === undefined) === (bySecond === undefined)) {
    return { misfit: 'rate', allowed: 'either rate or bySecond' };
  }
  const roleArn = role === undefined ? undefined : String(role);
  return Array.isArray(bySecond)
    ? { kind: 'background', callsBySecond: bySecond, roleArn }
    : { kind: 'background', ratePerSecond: Number(rate), roleArn };
}
