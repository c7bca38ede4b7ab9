package dev.why502.exporter;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Probe;
import dev.why502.definition.ProbeModule;
import dev.why502.definition.Scheme;
import dev.why502.definition.Target;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a scrape's {@code target} means: a probe's id, or a target as blackbox_exporter takes it.
 *
 * @param target null where there is a refusal
 * @param where connected to; null where there is a refusal
 * @param own whether the definitions say to connect there
 * @param refusal status of the answer; 0 where there is a target
 */
record Aim(
    @Nullable Target target, @Nullable Endpoint where, boolean own, int refusal, String words) {
  private static final int LONGEST = 4096;

  /** Takes it as it stands, or decoded once more, which blackbox_exporter does to every target. */
  static Aim of(
      String text, ProbeModule module, Admission admission, Function<String, Spelling> spelling) {
    if (text.length() > LONGEST) {
      return refused("the target is longer than " + LONGEST + " characters");
    }
    Probe probe = admission.probe(text);
    if (probe != null) {
      return declared(probe, module);
    }
    Aim aim = spelled(text, module, admission, spelling);
    if (aim.target != null || text.indexOf('%') < 0) {
      return aim;
    }
    try {
      String decoded = URLDecoder.decode(text, StandardCharsets.UTF_8);
      return spelled(decoded, module, admission, spelling);
    } catch (IllegalArgumentException notEncoded) {
      return aim;
    }
  }

  private static Aim spelled(
      String text, ProbeModule module, Admission admission, Function<String, Spelling> spelling) {
    String lower = text.toLowerCase(Locale.ROOT);
    String url;
    if (module instanceof ProbeModule.Http) {
      boolean whole = lower.startsWith("http://") || lower.startsWith("https://");
      url = whole || text.contains("://") ? text : "http://" + text;
    } else {
      boolean whole = lower.startsWith("tcp://") || lower.startsWith("tls://");
      url = whole || text.contains("://") ? text : "tcp://" + text;
    }
    Spelling read = spelling.apply(url);
    Target target = read.target();
    if (target == null) {
      return refused("the target " + read.problem());
    }
    Target meant = meant(target, module);
    if (meant == null) {
      return refused(
          "module " + module.name() + " does not take " + target.scheme() + " targets here");
    }
    if (!admission.admits(meant)) {
      return refused(
          "the target is neither declared in the definitions, by id or URL, nor permitted by"
              + " probe.allow there");
    }
    return new Aim(meant, meant.endpoint(), false, 0, "");
  }

  private static Aim declared(Probe probe, ProbeModule module) {
    Target target = meant(probe.target(), module);
    if (target == null) {
      return new Aim(
          null,
          null,
          false,
          probe.target().endpoint().socket() == null && !probe.target().scheme().webSocket()
              ? 400
              : 403,
          "module " + module.name() + " does not take " + probe.target().scheme() + " targets");
    }
    Endpoint to = probe.request().connectTo();
    boolean there = to != null && to.socket() == null;
    if (to != null && !there) {
      return refused("the probe connects to a unix socket, which /probe does not");
    }
    return new Aim(target, there && to != null ? to : target.endpoint(), true, 0, "");
  }

  /** As the module speaks to it: a tcp module looks at the port of a URL. */
  private static @Nullable Target meant(Target target, ProbeModule module) {
    Scheme scheme = target.scheme();
    if (target.endpoint().socket() != null || scheme.webSocket()) {
      return null;
    }
    if (module instanceof ProbeModule.Tcp tcp) {
      boolean tls = scheme == Scheme.TLS || tcp.speaksTls();
      Scheme spoken = tls ? Scheme.TLS : Scheme.TCP;
      String text = spoken.name().toLowerCase(Locale.ROOT) + "://" + target.endpoint().text();
      return new Target(spoken, target.endpoint(), "", text);
    }
    return scheme.http() ? target : null;
  }

  private static Aim refused(String words) {
    return new Aim(null, null, false, 403, words);
  }
}
