package dev.why502.evidence;

import java.time.Instant;

/**
 * Whether a gateway's error log could be followed while our request was made.
 *
 * @param silent it was readable, our request failed, and no line of ours appeared
 */
public record LogAccess(String gateway, String file, Instant at, Access access, boolean silent)
    implements Evidence {
  @Override
  public Kind kind() {
    return Kind.GATEWAY_LOG;
  }

  @Override
  public String summary() {
    if (!access.readable()) {
      return file + " could not be read: " + access.why();
    }
    return silent ? file + " has no line about this request" : file + " was read";
  }
}
