package dev.why502.definition;

import org.jspecify.annotations.Nullable;

/**
 * On which terms TLS is spoken.
 *
 * @param insecure whether any certificate will do
 * @param ca path of a PEM file with the authorities to trust instead of the system's, or null
 * @param serverName asked for and expected in the certificate; null for the target's host
 * @param minVersion oldest version taken, such as "TLSv1.2", or null
 * @param maxVersion newest version taken, or null
 */
public record TlsTerms(
    boolean insecure,
    @Nullable String ca,
    @Nullable String serverName,
    @Nullable String minVersion,
    @Nullable String maxVersion) {
  public static final TlsTerms DEFAULT = new TlsTerms(false, null, null, null, null);

  /** The same, asking for another name unless one is already asked for. */
  public TlsTerms orName(String name) {
    return serverName == null ? new TlsTerms(insecure, ca, name, minVersion, maxVersion) : this;
  }
}
