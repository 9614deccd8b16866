/**
 * TLS of a driver thread: its clients trust the mock's certificate authority, whichever client it
 * is, and share one secure context.
 *
 * `NODE_EXTRA_CA_CERTS` is how a user makes a client trust the mock, but Node reads that only when a
 * process starts, and the authority is made anew for each run; so a secure context that names no
 * authority of its own gets the mock's. Clients stay as they are, and verification stays on.
 *
 * One thread stands for hundreds of processes here. In production each makes a secure context for
 * its connection in half a millisecond of its own CPU; made one after the other in one thread they
 * would hold up all the others, and be measured as the client's. So equal ones are made once.
 */
import tls, { type SecureContext, type SecureContextOptions } from 'node:tls';

/** Whatever else a secure context is made of makes it one of its own. */
const OWN = [
  'ALPNCallback',
  'cert',
  'ciphers',
  'clientCertEngine',
  'crl',
  'dhparam',
  'ecdhCurve',
  'key',
  'maxVersion',
  'minVersion',
  'passphrase',
  'pfx',
  'secureOptions',
  'secureProtocol',
  'sigalgs',
] as const;

let trusted: string | undefined;

export function trustCertificateAuthority(pem: string): void {
  if (trusted === undefined) shareSecureContexts();
  trusted = pem;
}

function shareSecureContexts(): void {
  const createSecureContext = tls.createSecureContext;
  const shared = new Map<unknown, SecureContext>();
  tls.createSecureContext = (options: SecureContextOptions = {}) => {
    const ca = options.ca || trusted;
    if (OWN.some((name) => (options as Record<string, unknown>)[name])) {
      return createSecureContext({ ...options, ca });
    }
    let context = shared.get(ca);
    if (context === undefined) {
      context = createSecureContext({ ca });
      shared.set(ca, context);
    }
    return context;
  };
}
