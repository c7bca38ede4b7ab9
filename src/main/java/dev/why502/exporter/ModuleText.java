package dev.why502.exporter;

import dev.why502.definition.ProbeModule;
import dev.why502.definition.ProbeModule.Step;
import dev.why502.definition.Request.Header;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A module as {@code debug=true} shows it, in blackbox_exporter's words. Values of header lines are
 * shown only where the header is known to hold no secret.
 */
final class ModuleText {
  private static final String SECRET = "<secret>";

  private static final Set<String> SHOWN =
      Set.of(
          "accept",
          "accept-encoding",
          "accept-language",
          "content-type",
          "host",
          "user-agent",
          "via");

  private ModuleText() {}

  static String of(ProbeModule module) {
    StringBuilder out = new StringBuilder();
    boolean http = module instanceof ProbeModule.Http;
    line(out, "prober", http ? "http" : "tcp");
    Duration timeout = module.timeout();
    maybe(out, "timeout", timeout == null ? null : timeout.toMillis() + "ms");
    out.append(http ? "http:\n" : "tcp:\n");
    line(out, "  preferred_ip_protocol", module.ips().six() ? "ip6" : "ip4");
    line(out, "  ip_protocol_fallback", module.ips().fallback());
    tls(out, module);
    if (module instanceof ProbeModule.Http one) {
      http(out, one);
    } else if (module instanceof ProbeModule.Tcp one) {
      line(out, "  tls", one.speaksTls());
      one.steps().forEach(step -> step(out, step));
    }
    return out.toString();
  }

  private static void tls(StringBuilder out, ProbeModule module) {
    out.append("  tls_config:\n");
    line(out, "    insecure_skip_verify", module.tls().insecure());
    maybe(out, "    ca_file", module.tls().ca());
    maybe(out, "    server_name", module.tls().serverName());
    maybe(out, "    min_version", module.tls().minVersion());
    maybe(out, "    max_version", module.tls().maxVersion());
  }

  private static void http(StringBuilder out, ProbeModule.Http module) {
    line(out, "  method", module.method());
    if (!module.headers().isEmpty()) {
      out.append("  headers:\n");
    }
    for (Header header : module.headers()) {
      boolean shown = SHOWN.contains(header.name().toLowerCase(Locale.ROOT));
      line(out, "    " + header.name(), shown ? header.value() : SECRET);
    }
    if (module.body() != null) {
      line(out, "  body", SECRET);
    }
    line(out, "  follow_redirects", module.followRedirects());
    list(out, "  valid_status_codes", module.statuses());
    list(out, "  valid_http_versions", module.versions());
    line(out, "  fail_if_ssl", module.failIfTls());
    line(out, "  fail_if_not_ssl", module.failIfNotTls());
    list(out, "  fail_if_body_matches_regexp", module.bodyMatches());
    list(out, "  fail_if_body_not_matches_regexp", module.bodyNotMatches());
    list(out, "  fail_if_header_matches", module.headerMatches());
    list(out, "  fail_if_header_not_matches", module.headerNotMatches());
    maybe(out, "  compression", module.compression());
    if (module.bodyBytes() > 0) {
      line(out, "  body_size_limit", module.bodyBytes() + "B");
    }
  }

  private static void step(StringBuilder out, Step step) {
    maybe(out, "  - expect", step.expect());
    maybe(out, "  - expect_bytes", step.expectBytes());
    // What is sent may log in.
    maybe(out, "  - send", step.send() == null ? null : SECRET);
    if (step.startTls()) {
      line(out, "  - starttls", true);
    }
  }

  private static void list(StringBuilder out, String key, List<?> values) {
    if (!values.isEmpty()) {
      line(out, key, values);
    }
  }

  private static void maybe(StringBuilder out, String key, @Nullable String value) {
    if (value != null) {
      line(out, key, value);
    }
  }

  private static void line(StringBuilder out, String key, Object value) {
    out.append(key).append(": ").append(Journal.printable(String.valueOf(value))).append('\n');
  }
}
