package dev.why502.diagnosis;

import dev.why502.definition.ProcessSelector;
import dev.why502.diagnosis.Finding.Standing;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.MemoryKills;
import dev.why502.evidence.MemoryKills.Kill;
import dev.why502.evidence.ProcessState;
import dev.why502.evidence.ProcessState.Condition;
import dev.why502.evidence.ServiceLog.About;
import dev.why502.evidence.ServiceLog.Complaint;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether the kernel ended a service for want of memory. */
final class MemoryKillRule {
  /** An older end for want of memory says nothing of a service that is down now. */
  private static final Duration KILL_REMEMBERED = Duration.ofDays(1);

  /** What was killed and runs again is still on its way up for so long. */
  private static final Duration STARTS_WITHIN = Duration.ofMinutes(2);

  /** PM2 writes whole seconds, and the kernel's clock drifts from the wall's. */
  private static final Duration KILL_NEAR = Duration.ofSeconds(5);

  private MemoryKillRule() {}

  static @Nullable Finding killed(Facts facts) {
    FailedService service = FailedService.of(facts);
    if (service == null) {
      return null;
    }
    ProcessState process = service.process();
    Complaint complaint = service.complaint(Set.of(About.OUT_OF_MEMORY));
    if (process == null || !service.diedOrStarts()) {
      return null;
    }
    MemoryKills kernel =
        facts
            .given
            .all(MemoryKills.class)
            .filter(kills -> kills.probe().equals(process.probe()))
            .findFirst()
            .orElse(null);
    Kill kill = kernel == null ? null : killOf(process, kernel);
    if (kill != null && kernel != null) {
      return memory(
          facts,
          service,
          // Only systemd tells the number or the group of what ended; a second may be shared.
          process.selector().kind() == ProcessSelector.Kind.SYSTEMD
              ? Standing.CERTAIN
              : Standing.LIKELY,
          "the kernel killed "
              + service.probe().id()
              + " for want of memory: "
              + kill.command()
              + ", pid "
              + kill.pid()
              + ", at "
              + kill.at(),
          kernel);
    }
    if (process.condition() == Condition.KILLED && service.down()) {
      return memory(
          facts,
          service,
          Standing.CERTAIN,
          "the kernel killed " + service.probe().id() + ": " + process.summary());
    }
    boolean killed =
        Integer.valueOf(137).equals(process.exitCode())
            || (process.lastEnd() != null && process.lastEnd().killed());
    if (!killed || !service.down()) {
      return null;
    }
    String text = service.probe().id() + " was ended by SIGKILL";
    if (kernel != null && kernel.groupKills() > 0) {
      return memory(
          facts,
          service,
          Standing.LIKELY,
          text
              + ", and in its control group "
              + kernel.group()
              + " the kernel has killed "
              + kernel.groupKills()
              + " for want of memory",
          kernel);
    }
    if (kernel != null && kernel.access().readable() && complaint == null) {
      return Finding.contradicted(
          Cause.PROCESS_KILLED,
          text + ", and the kernel's log does not tell that it was the kernel's doing");
    }
    return memory(facts, service, complaint != null ? Standing.LIKELY : Standing.POSSIBLE, text);
  }

  private static Finding memory(
      Facts facts, FailedService service, Standing standing, String text, Evidence... more) {
    return service
        .found(Cause.PROCESS_KILLED, standing, text, more)
        .fixedBy(Fixes.general(facts, Cause.PROCESS_KILLED));
  }

  /** The kernel's end of this very process: by its number, its unit's group, or name and moment. */
  private static @Nullable Kill killOf(ProcessState process, MemoryKills kernel) {
    ProcessState.End end = process.lastEnd();
    for (int i = kernel.kills().size() - 1; i >= 0; i--) {
      Kill kill = kernel.kills().get(i);
      boolean recent =
          !kill.at()
                  .isBefore(
                      kernel
                          .at()
                          .minus(
                              process.condition() == Condition.RUNNING
                                  ? STARTS_WITHIN
                                  : KILL_REMEMBERED))
              && (end == null || end.at() == null || near(kill, end.at()));
      if (!recent) {
        continue;
      }
      boolean mine =
          switch (process.selector().kind()) {
            case SYSTEMD ->
                (end != null && end.pid() > 0 && end.pid() == kill.pid())
                    || (kill.group() != null && unit(kill.group(), process.selector().name()));
            // PM2 tells the signal and the second, and no number.
            case PM2 -> end != null && end.killed() && end.at() != null;
            case COMMAND ->
                process.condition() == Condition.NOT_THERE
                    && process.selector().name().contains(kill.command());
          };
      if (mine) {
        return kill;
      }
    }
    return null;
  }

  private static boolean near(Kill kill, Instant end) {
    return Duration.between(kill.at(), end).abs().compareTo(KILL_NEAR) <= 0;
  }

  private static boolean unit(String group, String unit) {
    String name = unit.indexOf('.') >= 0 ? unit : unit + ".service";
    return group.endsWith("/" + name) || group.contains("/" + name + "/");
  }
}
