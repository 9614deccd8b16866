/**
 * What roles replace: the permanent AccessKey, handed out without asking anyone. The baseline that
 * shows what the longer way to a credential costs.
 */
import { keyAtStart } from './key-at-start.ts';
import type { Subject } from './subject.ts';
import { checkStaticKeys } from './suitability.ts';

export const staticKeys: Subject = {
  name: 'static-keys',
  fastForward: { mode: 'jump' },
  readsDate: false,
  checkApp: (app) => checkStaticKeys('static-keys', app),
  createClient: (context) => {
    const key = keyAtStart(context);
    return { getCredentials: () => key };
  },
};
