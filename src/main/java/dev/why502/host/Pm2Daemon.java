package dev.why502.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells whether a PM2 daemon runs, without PM2: asking that would start one. Blocks. */
final class Pm2Daemon {
  /** Its process title: "PM2 v7.0.1: God Daemon (/home/app/.pm2)". */
  private static final String TITLE = ": God Daemon (";

  private static final int MAX_HOME_CHARACTERS = 256;

  private final ProcFs proc;
  private final Map<String, String> environment;

  Pm2Daemon(ProcFs proc, Map<String, String> environment) {
    this.proc = proc;
    this.environment = environment;
  }

  /** PM2_HOME, or its default. */
  String home() {
    String named = environment.get("PM2_HOME");
    return named != null && named.startsWith("/")
        ? named
        : environment.getOrDefault("HOME", "/") + "/.pm2";
  }

  /** Whether a program is PM2's own script rather than a wrapper. */
  static boolean itself(Path program) {
    try {
      return program.toRealPath().toString().contains("/node_modules/pm2/");
    } catch (IOException gone) {
      return true;
    }
  }

  /** Process id of the daemon, 0 when none lives. */
  int pid() {
    try {
      byte[] text = Pm2Source.head(Path.of(home()).resolve("pm2.pid"), 32);
      return lives() ? Integer.parseInt(new String(text, StandardCharsets.US_ASCII).trim()) : 0;
    } catch (IOException | InvalidPathException | NumberFormatException none) {
      return 0;
    }
  }

  /** What PM2 asks before it starts one: whether its socket takes connections. */
  boolean lives() {
    try {
      Path home = Path.of(home());
      byte[] text = Pm2Source.head(home.resolve("pm2.pid"), 32);
      int pid = Integer.parseInt(new String(text, StandardCharsets.US_ASCII).trim());
      ProcFs.Stat stat = proc.stat(pid);
      return stat != null
          && !stat.dead()
          && Boolean.TRUE.equals(SocketFileReader.connects(home.resolve("rpc.sock")));
    } catch (IOException | InvalidPathException | NumberFormatException none) {
      return false;
    }
  }

  /** Why PM2 is not asked; names the daemon of another user or home where one is to be seen. */
  String absence() {
    String why = "no PM2 daemon runs for this user (" + home() + ")";
    String other = other();
    return other == null ? why : why + "; one runs with PM2_HOME=" + other;
  }

  /** Every process of the host is visible, and none of them is a daemon of PM2. */
  boolean nowhere() {
    return proc.showsOthers() && proc.showsHost() && other() == null;
  }

  private @Nullable String other() {
    for (int pid : proc.pids()) {
      List<String> arguments = proc.arguments(pid);
      String title = arguments.isEmpty() ? "" : arguments.get(0);
      int from = title.indexOf(TITLE);
      int to = title.indexOf(')', from + 1);
      if (title.startsWith("PM2 v") && from > 0 && to > from) {
        String other = title.substring(from + TITLE.length(), to);
        if (other.length() <= MAX_HOME_CHARACTERS && !other.equals(home())) {
          return other;
        }
      }
    }
    return null;
  }
}
