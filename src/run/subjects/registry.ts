/**
 * Subjects by name. Each is imported when it is asked for, so that nobody pays for a client that
 * does not run.
 */
import { HarnessError } from '../../kernel/errors.ts';
import type { Subject } from './subject.ts';

const BUILT_IN: Readonly<Record<string, () => Promise<Subject>>> = {
  reference: async () => (await import('./reference.ts')).reference,
  'alibaba-sdk': async () => (await import('./alibaba-sdk.ts')).alibabaSdk,
  uncached: async () => (await import('./uncached.ts')).uncached,
  'static-keys': async () => (await import('./static-keys.ts')).staticKeys,
};

export const SUBJECT_NAMES = [...Object.keys(BUILT_IN), 'module:<path>'];

/** Throws HarnessError `SUBJECT_UNKNOWN` or `SUBJECT_INVALID` (exit 2). */
export async function subjectNamed(name: string): Promise<Subject> {
  const load = Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined;
  if (load !== undefined) return load();
  if (name.startsWith('module:')) {
    const { moduleSubject } = await import('./module.ts');
    return moduleSubject(name, name.slice('module:'.length).trim());
  }
  const simulated = name.startsWith('preset:')
    ? 'A preset is a model: `sts-harness simulate` has them. '
    : '';
  throw new HarnessError('SUBJECT_UNKNOWN', `subject: found "${name}"`, {
    hint: `${simulated}Allowed: ${SUBJECT_NAMES.join(', ')}.`,
  });
}
