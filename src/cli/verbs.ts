/**
 * The verbs in the order of `--help`, with what it says of them. How a verb's command line looks is in a
 * file of its own, which is loaded when the verb is asked for: to load all makes `--help` a tenth slower.
 */
import type { Command } from 'commander';

export interface Verb {
  /** As commander would put it; a test holds it against the declaration. */
  readonly takes: string;
  readonly description: string;
  /** Loads what gives the verb its arguments, options and action. */
  load(): Promise<(verb: Command) => void>;
}

export const VERBS: Readonly<Record<string, Verb>> = {
  run: {
    takes: '[options] [scenario]',
    description: 'replay a scenario in real time against one or more credential clients',
    load: async () => (await import('./verbs/run.ts')).declareRun,
  },
  simulate: {
    takes: '[options] [scenario]',
    description:
      'simulate a scenario in virtual time: a day of any fleet in a moment, exact by seed',
    load: async () => (await import('./verbs/simulate.ts')).declareSimulate,
  },
  size: {
    takes: '[options] [scenario]',
    description:
      'size the quota to ask for: many simulations, the worst limiter, a statement of confidence',
    load: async () => (await import('./verbs/size.ts')).declareSize,
  },
  mock: {
    takes: '[options]',
    description: 'start the mock STS alone',
    load: async () => (await import('./verbs/mock.ts')).declareMock,
  },
  'import-trail': {
    takes: '[options] <file...>',
    description: 'tell what files of ActionTrail events hold, and make a scenario of them',
    load: async () => (await import('./verbs/import-trail.ts')).declareImportTrail,
  },
  'quota-request': {
    takes: '[options] <scenario>',
    description: 'draft a request for a larger quota, with its evidence; nothing is sent',
    load: async () => (await import('./verbs/quota-request.ts')).declareQuotaRequest,
  },
  check: {
    takes: '[options] [client]',
    description: 'put a credential client through the conformance kit, in virtual time',
    load: async () => (await import('./verbs/check.ts')).declareCheck,
  },
  compare: {
    takes: '[options] <baseline> [candidate]',
    description: 'hold a result against a baseline: better, worse, or cannot be told',
    load: async () => (await import('./verbs/compare.ts')).declareCompare,
  },
  baseline: {
    takes: '',
    description: 'keep results that later ones are held against',
    load: async () => (await import('./verbs/baseline.ts')).declareBaseline,
  },
  report: {
    takes: '[options] <result>',
    description: 'make any report again from a result document',
    load: async () => (await import('./verbs/report.ts')).declareReport,
  },
  scenarios: {
    takes: '',
    description: 'list, show and validate scenario files',
    load: async () => (await import('./verbs/scenarios.ts')).declareScenarios,
  },
};
