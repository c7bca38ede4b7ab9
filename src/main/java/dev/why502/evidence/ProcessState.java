package dev.why502.evidence;

import dev.why502.definition.ProcessSelector;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The process that a probe names, as its manager or /proc shows it.
 *
 * @param probe id of the probe that names it
 * @param access whether its manager could be asked
 * @param known whether the manager knows the name at all; null when it could not be asked
 * @param status the manager's own word: online, stopped, errored, active/running, ...
 * @param condition what that comes to
 * @param pid 0 when it does not run
 * @param restarts -1 when not known
 * @param uptimeMillis since its last start, -1 when not known
 * @param exitCode of its last end, null when not known
 * @param result the manager's reason for the end ("oom-kill"), or null
 * @param ports ports that it is told to use (its environment's PORT, an argument)
 * @param directory its working directory, or null
 * @param errorLog the file its manager writes its errors to, or null
 * @param lastEnd how it ended last, as far as its manager tells, or null
 */
public record ProcessState(
    String probe,
    ProcessSelector selector,
    Instant at,
    Access access,
    @Nullable Boolean known,
    @Nullable String status,
    Condition condition,
    int pid,
    int restarts,
    long uptimeMillis,
    @Nullable Integer exitCode,
    @Nullable String result,
    List<Integer> ports,
    @Nullable String directory,
    @Nullable String errorLog,
    @Nullable End lastEnd)
    implements Evidence {
  public ProcessState {
    ports = List.copyOf(ports);
  }

  /** One of which it is not known how it ended last. */
  public ProcessState(
      String probe,
      ProcessSelector selector,
      Instant at,
      Access access,
      @Nullable Boolean known,
      @Nullable String status,
      Condition condition,
      int pid,
      int restarts,
      long uptimeMillis,
      @Nullable Integer exitCode,
      @Nullable String result,
      List<Integer> ports,
      @Nullable String directory,
      @Nullable String errorLog) {
    this(
        probe,
        selector,
        at,
        access,
        known,
        status,
        condition,
        pid,
        restarts,
        uptimeMillis,
        exitCode,
        result,
        ports,
        directory,
        errorLog,
        null);
  }

  /**
   * An end of the process.
   *
   * @param at when, to the second, or null when not known
   * @param pid of what ended, 0 when not known
   * @param signal that ended it ("SIGKILL"), or null
   * @param asked whether its manager itself sent that signal; null when not known
   */
  public record End(
      @Nullable Instant at, int pid, @Nullable String signal, @Nullable Boolean asked) {
    /** SIGKILL, and not by its manager: the kernel's way, and a person's. */
    public boolean killed() {
      return "SIGKILL".equals(signal) && !Boolean.TRUE.equals(asked);
    }
  }

  /** What the manager's words come to. */
  public enum Condition {
    RUNNING,
    /** Running, stopped by a signal (state T), or in uninterruptible sleep. */
    FROZEN,
    STOPPED,
    /** Dies again and again, or was given up after that. */
    CRASH_LOOP,
    /** Ended by the kernel for want of memory. */
    KILLED,
    FAILED,
    NOT_THERE,
    /** Its manager should keep it, and does not run itself. */
    UNMANAGED,
    NOT_KNOWN
  }

  @Override
  public Kind kind() {
    return Kind.PROCESS;
  }

  @Override
  public String summary() {
    String name = selector.kind().name().toLowerCase(java.util.Locale.ROOT) + " " + selector.name();
    if (!access.readable()) {
      return name + " could not be asked: " + access.why();
    }
    if (Boolean.FALSE.equals(known)) {
      return name + " is not known to it";
    }
    return name
        + ": "
        + status
        + (pid > 0 ? ", pid " + pid : "")
        + (restarts > 0 ? ", restarted " + restarts + " times" : "")
        + (exitCode == null ? "" : ", last exit status " + exitCode)
        + (result == null ? "" : ", " + result)
        + (lastEnd == null || lastEnd.signal() == null ? "" : ", ended by " + lastEnd.signal());
  }
}
