/** A result document around given subjects, for tests of what is made from one. */
import type { MeasuredResult, SubjectResult } from '../../src/measure/result.ts';

export function resultOf(subjects: readonly SubjectResult[]): MeasuredResult {
  return {
    schemaVersion: 1,
    run: {
      id: 'smoke-1',
      engine: 'live',
      scenario: 'smoke',
      scenarioHash: '0'.repeat(64),
      question: 'Does everything work?',
      seed: 42,
      startedAt: '2026-11-22T16:01:00.000Z',
      virtualSeconds: 10,
      scenarioSeconds: 10,
      wallSeconds: 11.2,
      partial: false,
      command: 'sts-harness run smoke --seed 42',
      environment: {
        version: '0.1.0',
        node: 'v20.20.2',
        platform: 'linux',
        cpus: 2,
        workers: 2,
        pace: 'fast',
      },
      assumptions: ['STS counts its quota by a fixed window of one second.'],
    },
    subjects,
  };
}
