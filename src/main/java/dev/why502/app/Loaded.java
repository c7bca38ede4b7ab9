package dev.why502.app;

import dev.why502.conf.DefinitionsReader;
import dev.why502.conf.Parsed;
import dev.why502.conf.Problem;
import dev.why502.conf.Reading;
import dev.why502.conf.TargetText;
import dev.why502.definition.Definitions;
import dev.why502.definition.Expectation;
import dev.why502.definition.Gateway;
import dev.why502.definition.Probe;
import dev.why502.definition.Request;
import dev.why502.definition.Secrets;
import dev.why502.definition.Target;
import dev.why502.definition.Threshold;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Definitions as a command gets them: from a file, or made from the words of its command line. */
final class Loaded {
  static final Path STANDARD_NGINX = Path.of("/etc/nginx/nginx.conf");
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private Loaded() {}

  /** The definitions of a file, or null after every fault was printed to standard error. */
  static @Nullable Definitions file(Path file) {
    Reading reading = new DefinitionsReader(System::getenv).read(file);
    for (String warning : reading.warnings()) {
      System.err.println("why502: warning: " + SafeText.line(file + ": " + warning));
    }
    for (Problem problem : reading.problems()) {
      System.err.println("why502: " + SafeText.line(file + ": " + problem));
    }
    return reading.definitions();
  }

  /** What {@code diagnose URL} asks for; a problem in words where it cannot be. */
  static Parsed<Definitions> url(
      String url, List<String> upstreams, @Nullable Path config, @Nullable Path errorLog) {
    Parsed<Target> target = TargetText.parse(url);
    if (target.value() == null) {
      return new Parsed<>(null, url + ": " + target.problem());
    }
    List<Probe> probes = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    for (String upstream : upstreams) {
      Parsed<Target> behind = TargetText.parse(upstream);
      if (behind.value() == null) {
        return new Parsed<>(null, upstream + ": " + behind.problem());
      }
      String id = upstreams.size() == 1 ? "upstream" : "upstream-" + (ids.size() + 1);
      ids.add(id);
      probes.add(probe(id, behind.value(), null, null));
    }
    Path found = config;
    if (config == null && isStandardNginx()) {
      found = STANDARD_NGINX;
    }
    List<Gateway> gateways = new ArrayList<>();
    if (found != null || errorLog != null) {
      gateways.add(
          new Gateway(
              "gateway",
              Gateway.Kind.NGINX,
              found == null ? null : real(found),
              errorLog == null ? null : real(errorLog),
              null,
              null));
    }
    probes.add(
        0,
        probe(
            "site",
            target.value(),
            gateways.isEmpty() ? null : "gateway",
            ids.isEmpty() && gateways.isEmpty() ? null : ids));
    return new Parsed<>(
        new Definitions(gateways, probes, List.of(), List.of(), Secrets.NONE), null);
  }

  private static boolean isStandardNginx() {
    return Files.isReadable(STANDARD_NGINX);
  }

  private static String real(Path path) {
    try {
      return path.toRealPath().toString();
    } catch (IOException unreadable) {
      return path.toAbsolutePath().normalize().toString();
    }
  }

  private static Probe probe(
      String id, Target target, @Nullable String gateway, @Nullable List<String> upstreams) {
    return new Probe(
        id,
        target,
        null,
        Map.of(),
        true,
        gateway,
        upstreams,
        Request.GET,
        Expectation.DEFAULT,
        INTERVAL,
        TIMEOUT,
        Threshold.DEFAULT,
        null,
        List.of(),
        List.of());
  }
}
