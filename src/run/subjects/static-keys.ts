/**
 * What roles replace: the permanent AccessKey, handed out without asking anyone. The baseline that
 * shows what the longer way to a credential costs.
 */
import type { Subject } from './subject.ts';

export const staticKeys: Subject = {
  name: 'static-keys',
  fastForward: { mode: 'jump' },
  readsDate: false,
  createClient: ({ accessKeyId, accessKeySecret }) => {
    const key = { accessKeyId, accessKeySecret };
    return { getCredentials: () => key };
  },
};
