package dev.why502.evidence;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The running gateway, as far as this host shows it.
 *
 * @param access whether its processes could be looked for
 * @param running null when not known
 * @param pid of its master, 0 when not known
 * @param loadedAt when the configuration that runs was loaded (start of its oldest worker), or null
 * @param editedAt newest change of a file of its configuration on disk, or null
 * @param editedFile that file
 * @param frozen whether all its workers are stopped (SIGSTOP) or in uninterruptible sleep
 * @param sameNetwork whether it runs in our network namespace; null when not known
 * @param user user of its workers, or null
 * @param openFiles descriptors that the fullest worker holds, -1 when not known
 * @param openFilesLimit its limit, -1 when not known
 * @param marks peers that it holds out of use, as its own state page or log says
 */
public record GatewayState(
    String gateway,
    Instant at,
    Access access,
    @Nullable Boolean running,
    int pid,
    @Nullable Instant loadedAt,
    @Nullable Instant editedAt,
    @Nullable String editedFile,
    boolean frozen,
    @Nullable Boolean sameNetwork,
    @Nullable String user,
    int openFiles,
    int openFilesLimit,
    List<String> marks)
    implements Evidence {
  public GatewayState {
    marks = List.copyOf(marks);
  }

  /** The file on disk is newer than what runs. */
  public boolean edited() {
    return loadedAt != null && editedAt != null && editedAt.isAfter(loadedAt);
  }

  @Override
  public Kind kind() {
    return Kind.GATEWAY_STATE;
  }

  @Override
  public String summary() {
    if (!access.readable()) {
      return "the processes of " + gateway + " could not be looked at: " + access.why();
    }
    if (running == null) {
      return "whether " + gateway + " runs is not known";
    }
    if (!running) {
      return gateway + " does not run";
    }
    return gateway
        + " runs, pid "
        + pid
        + (loadedAt == null ? "" : ", configuration loaded " + loadedAt)
        + (edited() ? ", " + editedFile + " edited " + editedAt : "")
        + (frozen ? ", its workers are stopped" : "");
  }
}
