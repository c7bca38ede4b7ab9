package dev.why502.host;

import dev.why502.evidence.Access;
import dev.why502.evidence.Firewall;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads the packet filter's rules with nft(8) and iptables-save(8): both only list. Blocks. One
 * read serves all who ask within {@value #FRESH_MILLIS} ms. Without the right to read them, which
 * is root's, they are not known.
 */
final class FirewallReader {
  static final long FRESH_MILLIS = 1_000;
  static final long LIMIT_MILLIS = 1_000;
  private static final int MAX_PASSWD_BYTES = 1024 * 1024;

  private final ProcFs proc;
  private final CommandRunner runner;
  private final Map<String, String> environment;
  private final InstantSource clock;
  private @Nullable Ruleset last;
  private long lastNanos;

  FirewallReader(
      ProcFs proc, CommandRunner runner, Map<String, String> environment, InstantSource clock) {
    this.proc = proc;
    this.runner = runner;
    this.environment = environment;
    this.clock = clock;
  }

  /** Rules of one look, by the program that listed them. */
  private record Ruleset(
      Instant at,
      Access access,
      List<FilterChain> nft,
      List<FilterChain> four,
      List<FilterChain> six) {}

  /**
   * @param address {@code ip:port}
   * @param local whether it is an address of this host
   */
  Firewall read(String address, boolean local) {
    Ruleset rules = rules();
    Packet packet = Packet.to(address, local, uid());
    if (packet == null || !rules.access().readable()) {
      return new Firewall(
          address,
          rules.at(),
          packet == null ? Access.denied("it is no IP address") : rules.access(),
          List.of());
    }
    List<Firewall.Rule> found =
        new ArrayList<>(FilterWalk.of(rules.nft(), packet, FirewallReader::user));
    if (found.isEmpty()) {
      // nft shows the rules of iptables too, but not in words that tell all of each.
      found.addAll(
          FilterWalk.of(packet.six() ? rules.six() : rules.four(), packet, FirewallReader::user));
    }
    return new Firewall(address, rules.at(), Access.GRANTED, found);
  }

  private synchronized Ruleset rules() {
    long now = System.nanoTime();
    if (last != null && now - lastNanos < TimeUnit.MILLISECONDS.toNanos(FRESH_MILLIS)) {
      return last;
    }
    Ruleset read = readNow();
    last = read;
    lastNanos = System.nanoTime();
    return read;
  }

  private Ruleset readNow() {
    Instant at = clock.instant();
    byte[] json = list("nft", "-j", "list", "ruleset");
    List<FilterChain> nft = json == null ? null : NftRules.parse(json);
    List<FilterChain> four = saved("iptables-save");
    List<FilterChain> six = saved("ip6tables-save");
    Access access = Access.GRANTED;
    if (nft == null && four == null && six == null) {
      boolean there =
          CommandRunner.find("nft", searchPath()) != null
              || CommandRunner.find("iptables-save", searchPath()) != null;
      access =
          Access.denied(
              there
                  ? "nft and iptables-save do not list the rules for this user"
                  : "neither nft nor iptables-save is installed");
    }
    return new Ruleset(
        at,
        access,
        nft == null ? List.of() : nft,
        four == null ? List.of() : four,
        six == null ? List.of() : six);
  }

  private @Nullable List<FilterChain> saved(String program) {
    byte[] text = list(program);
    return text == null ? null : IptablesRules.parse(new String(text, StandardCharsets.UTF_8));
  }

  /** What a program lists, or null where it is not there or may not. */
  private byte @Nullable [] list(String program, String... arguments) {
    Path file = CommandRunner.find(program, searchPath());
    if (file == null) {
      return null;
    }
    List<String> command = new ArrayList<>(List.of(file.toString()));
    command.addAll(List.of(arguments));
    CommandRunner.Output output =
        runner.run(command, Map.of("PATH", searchPath(), "LC_ALL", "C"), LIMIT_MILLIS);
    return output.end() == CommandRunner.End.EXITED && output.status() == 0
        ? output.output()
        : null;
  }

  /** Such programs lie where a plain user's PATH may not lead. */
  private String searchPath() {
    return environment.getOrDefault("PATH", "") + ":/usr/sbin:/sbin";
  }

  private long uid() {
    try {
      for (String line : proc.text("self/status", 8192).split("\n")) {
        if (line.startsWith("Uid:")) {
          return Long.parseLong(line.trim().split("\\s+")[2]);
        }
      }
    } catch (IOException | RuntimeException notKnown) {
      return -1;
    }
    return -1;
  }

  /** A user's name, or its number where it has none. */
  private static String user(String number) {
    try {
      String[] lines =
          new String(
                  Pm2Source.head(Path.of("/etc/passwd"), MAX_PASSWD_BYTES), StandardCharsets.UTF_8)
              .split("\n");
      for (String line : lines) {
        String[] fields = line.split(":", 4);
        if (fields.length == 4 && fields[2].equals(number)) {
          return fields[0];
        }
      }
    } catch (IOException notReadable) {
      return number;
    }
    return number;
  }
}
