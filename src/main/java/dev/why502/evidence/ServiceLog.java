package dev.why502.evidence;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the end of a service's own log says.
 *
 * @param probe id of the probe that names it
 * @param modifiedAt last change of the file, or null
 * @param complaints known errors, oldest first, at most 32
 */
public record ServiceLog(
    String probe,
    String file,
    Instant at,
    Access access,
    @Nullable Instant modifiedAt,
    List<Complaint> complaints)
    implements Evidence {
  public ServiceLog {
    complaints = List.copyOf(complaints);
  }

  /**
   * One error that the service reports.
   *
   * @param at the line's own time, or null when it has none
   * @param subject the port, variable, module or file it speaks of, or null
   * @param last whether nothing but the rest of the same report follows it
   */
  public record Complaint(
      About about, @Nullable Instant at, @Nullable String subject, boolean last, String text) {}

  /** What a complaint is about. */
  public enum About {
    PORT_IN_USE,
    BUILD_MISSING,
    MODULE_MISSING,
    VARIABLE_MISSING,
    SETTING_INVALID,
    DEPENDENCY_REFUSED,
    PERMISSION,
    OUT_OF_MEMORY,
    CRASH
  }

  @Override
  public Kind kind() {
    return Kind.SERVICE_LOG;
  }

  @Override
  public String summary() {
    if (!access.readable()) {
      return file + " could not be read: " + access.why();
    }
    return complaints.isEmpty()
        ? file + " reports no known error"
        : file + ": " + complaints.get(complaints.size() - 1).text();
  }
}
