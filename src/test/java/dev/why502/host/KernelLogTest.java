package dev.why502.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.why502.definition.ProcessSelector;
import dev.why502.evidence.Access;
import dev.why502.evidence.MemoryKills;
import dev.why502.evidence.ProcessState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class KernelLogTest {
  private static final String GROUP_LINE =
      "[  100.179320] oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,"
          + "oom_memcg=/system.slice,task_memcg=/system.slice/shop.service,task=node,pid=4826,uid=0";
  private static final String KILL_LINE =
      "[  100.500000] Memory cgroup out of memory: Killed process 4826 (node) total-vm:980952kB";

  @TempDir Path folder;

  private MemoryKills read(String dmesg, String cgroup, String file, String events)
      throws IOException {
    Path proc = Files.createDirectories(folder.resolve("proc/12"));
    Files.writeString(proc.resolve("cgroup"), cgroup);
    Files.writeString(folder.resolve("proc/uptime"), "160.00 300.00\n");
    Path counter = folder.resolve("groups").resolve(file);
    Files.createDirectories(counter.getParent());
    Files.writeString(counter, events);
    Path program = folder.resolve("dmesg");
    Files.writeString(program, "#!/bin/bash\n" + dmesg);
    program.toFile().setExecutable(true);
    ProcFs files = new ProcFs(folder.resolve("proc"));
    ProcessState state =
        States.denied(
            "shop",
            new ProcessSelector(ProcessSelector.Kind.PM2, "shop"),
            Facts.NOW,
            Access.GRANTED);
    return new KernelLog(
            files,
            new CommandRunner(files),
            Map.of("PATH", folder.toString()),
            folder.resolve("groups"),
            InstantSource.fixed(Facts.NOW))
        .read("shop", state, 12);
  }

  @Test
  void killIsReadWithItsGroupAndMoment() throws IOException {
    // When
    MemoryKills kills =
        read(
            "echo '" + GROUP_LINE + "'; echo '" + KILL_LINE + "'",
            "0::/app.slice\n",
            "app.slice/memory.events",
            "low 0\noom 3\noom_kill 2\n");
    // Then
    assertEquals(
        List.of(
            new MemoryKills.Kill(
                Facts.NOW.minusMillis(59_500),
                4826,
                "node",
                "/system.slice/shop.service",
                KILL_LINE)),
        kills.kills());
    assertEquals("/app.slice", kills.group());
    assertEquals(2, kills.groupKills());
  }

  @Test
  void firstVersionOfControlGroupsIsReadToo() throws IOException {
    // When
    MemoryKills kills =
        read(
            "exit 1",
            "4:memory:/app\n0::/\n",
            "memory/app/memory.oom_control",
            "oom_kill_disable 0\nunder_oom 0\noom_kill 5\n");
    // Then
    assertFalse(kills.access().readable());
    assertEquals(5, kills.groupKills());
  }

  @Test
  void groupIsNotSoughtOutsideItsMount() throws IOException {
    // When
    MemoryKills kills = read("exit 1", "0::/../../secret\n", "memory.events", "oom_kill 1\n");
    // Then
    assertEquals(-1, kills.groupKills());
  }

  @Test
  void pm2LogNamesTheSignal() {
    // Given
    List<String> lines =
        List.of(
            "2026-03-01T11:00:00: PM2 log: App [shop:0] exited with code [0] via signal [SIGKILL]",
            "2026-03-01T11:00:01: PM2 log: App [other:1] exited with code [1] via signal [SIGINT]",
            "2026-03-01T11:00:02: PM2 log: Process with pid 7 still alive after 1600ms, sending"
                + " SIGKILL to 1 remaining pids...",
            "2026-03-01T11:00:02: PM2 log: App [slow:2] exited with code [0] via signal [SIGKILL]");
    LogTime time = new LogTime(2026);
    // When
    ProcessState.End shop = Pm2Log.lastEnd(lines, "shop", time);
    ProcessState.End other = Pm2Log.lastEnd(lines, "other", time);
    ProcessState.End slow = Pm2Log.lastEnd(lines, "slow", time);
    // Then
    assertEquals(true, shop != null && shop.killed());
    assertEquals(true, other != null && other.signal() == null);
    assertEquals(false, slow != null && slow.killed());
    assertNull(Pm2Log.lastEnd(lines, "sho", time));
  }
}
