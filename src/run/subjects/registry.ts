/**
 * Subjects by name. Each is imported when it is asked for, so that nobody pays for a client that
 * does not run.
 */
import { HarnessError } from '../../kernel/errors.ts';
import { moduleFile } from './module-file.ts';
import type { Subject } from './subject.ts';

const BUILT_IN: Readonly<Record<string, () => Promise<Subject>>> = {
  reference: async () => (await import('./reference.ts')).reference,
  'alibaba-sdk': async () => (await import('./alibaba-sdk.ts')).alibabaSdk,
  uncached: async () => (await import('./uncached.ts')).uncached,
  'static-keys': async () => (await import('./static-keys.ts')).staticKeys,
};

export const SUBJECT_NAMES = [...Object.keys(BUILT_IN), 'module:<path>'];

const MODULE = 'module:';

/** Throws HarnessError `SUBJECT_UNKNOWN` or `SUBJECT_INVALID` (exit 2). */
export async function subjectNamed(name: string): Promise<Subject> {
  const load = Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined;
  if (load !== undefined) return load();
  if (!name.startsWith(MODULE)) throw unknown(name);
  const { moduleSubject } = await import('./module.ts');
  return moduleSubject(name, name.slice(MODULE.length).trim());
}

/** The same for a name whose client is not loaded yet: whether it has a chance to be. */
export function checkSubjectName(name: string): void {
  if (name.startsWith(MODULE)) moduleFile(name, name.slice(MODULE.length).trim());
  else if (!Object.hasOwn(BUILT_IN, name)) throw unknown(name);
}

/** The same for a thread in which no user's module may run: of one, what is known without its code. */
export async function subjectUnloaded(name: string): Promise<Subject> {
  if (!name.startsWith(MODULE)) return subjectNamed(name);
  checkSubjectName(name);
  return {
    name,
    fastForward: { mode: 'refused', reason: 'its module was not loaded to ask' },
    readsDate: true,
    createClient: () => {
      throw new Error(`${name} was not loaded in this thread`);
    },
  };
}

const SIMULATED = {
  preset: 'A preset is a model: `sts-harness simulate` has them. ',
  hosted: 'A hosted client runs in virtual time: `sts-harness simulate` has them. ',
};

function unknown(name: string): HarnessError {
  const kind = /^(preset|hosted):/.exec(name)?.[1];
  const simulated = kind === undefined ? '' : SIMULATED[kind as keyof typeof SIMULATED];
  return new HarnessError('SUBJECT_UNKNOWN', `subject: found "${name}"`, {
    hint: `${simulated}Allowed: ${SUBJECT_NAMES.join(', ')}.`,
  });
}
