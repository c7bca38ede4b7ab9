package dev.why502.definition;

/**
 * Which address of a name is used: the first of the preferred family.
 *
 * @param fallback whether one of the other family will do where the name has none of the preferred
 */
public record IpChoice(boolean six, boolean fallback) {
  /** IPv6 before IPv4, as blackbox_exporter does unless told otherwise. */
  public static final IpChoice DEFAULT = new IpChoice(true, true);
}
