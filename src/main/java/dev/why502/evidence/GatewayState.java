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
 * @param marks peers that it holds out of use, as it says itself when it is asked
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
    List<Mark> marks)
    implements Evidence {
  /** Marks that the summary names. */
  private static final int SHOWN = 8;

  public GatewayState {
    marks = List.copyOf(marks);
  }

  /**
   * A peer that the gateway holds out of use.
   *
   * @param name the gateway's own name for it, {@code app/s1}
   * @param address {@code 127.0.0.1:3001}, or null where it does not say
   * @param status its own word: DOWN, MAINT, DRAIN, ...
   * @param reason what its last check met, in its own words, or null
   */
  public record Mark(
      String name, @Nullable String address, String status, @Nullable String reason) {}

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
        + (frozen ? ", its workers are stopped" : "")
        + (marks.isEmpty() ? "" : ", out of use: " + held());
  }

  private String held() {
    StringBuilder text = new StringBuilder();
    for (Mark mark : marks.subList(0, Math.min(marks.size(), SHOWN))) {
      text.append(text.length() == 0 ? "" : ", ").append(mark.name()).append(' ');
      text.append(mark.status());
      text.append(mark.reason() == null ? "" : " (" + mark.reason() + ")");
    }
    return text.append(marks.size() > SHOWN ? ", ..." : "").toString();
  }
}
