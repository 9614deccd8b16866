/**
 * Makes this thread's TLS clients trust the mock's certificate authority, whichever client it is.
 * `NODE_EXTRA_CA_CERTS` is how a user does it, but Node reads that only when a process starts, and
 * the authority is made anew for each run; so every secure context of this thread gets the
 * authority added. Clients stay as they are, and verification stays on.
 */
import tls from 'node:tls';

const trusted = new Set<string>();

export function trustCertificateAuthority(pem: string): void {
  if (trusted.has(pem)) return;
  if (trusted.size === 0) {
    const createSecureContext = tls.createSecureContext;
    tls.createSecureContext = (options) => {
      const secureContext = createSecureContext(options);
      for (const authority of trusted) secureContext.context.addCACert(authority);
      return secureContext;
    };
  }
  trusted.add(pem);
}
