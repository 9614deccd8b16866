/**
 * The user's AccessKey as applications read it that know of no rotation: once, when they start.
 */
import type { AccessKey } from '../../kernel/sts/credentials.ts';
import type { SubjectContext } from './subject.ts';

/** At hand where the process has it; read from KMS otherwise. */
export function keyAtStart(context: SubjectContext): AccessKey | Promise<AccessKey> {
  const { accessKeyId, accessKeySecret } = context;
  if (accessKeyId !== '') return { accessKeyId, accessKeySecret };
  return context.callerProof().then((proof) => {
    if ('oidcToken' in proof) throw new Error('KMS gave a token in place of a key');
    return proof;
  });
}
