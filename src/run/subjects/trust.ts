/**
 * Makes this thread's TLS clients trust the mock's certificate authority, whichever client it is.
 * `NODE_EXTRA_CA_CERTS` is how a user does it, but Node reads that only when a process starts, and
 * the authority is made anew for each run; so a secure context of this thread that names no
 * authority of its own gets the mock's. Clients stay as they are, and verification stays on.
 *
 * The authority takes the place of the system's instead of being added to them: adding to the
 * shared root store makes Node copy it, some milliseconds for each connection, which would be
 * measured as the client's.
 */
import tls from 'node:tls';

let trusted: string | undefined;

export function trustCertificateAuthority(pem: string): void {
  if (trusted === undefined) {
    const createSecureContext = tls.createSecureContext;
    tls.createSecureContext = (options) =>
      createSecureContext(options?.ca ? options : { ...options, ca: trusted });
  }
  trusted = pem;
}
