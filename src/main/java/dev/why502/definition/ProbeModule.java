package dev.why502.definition;

import dev.why502.definition.Request.Header;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One way in which {@code /probe} looks at a target, in blackbox_exporter's terms. */
public sealed interface ProbeModule permits ProbeModule.Http, ProbeModule.Tcp {
  String name();

  /** Cuts the scrape's own timeout; null where that alone counts. */
  @Nullable Duration timeout();

  IpChoice ips();

  TlsTerms tls();

  /**
   * A request, and what its answer must be.
   *
   * @param statuses accepted; empty for every 2xx
   * @param versions accepted, such as "HTTP/1.1"; empty for all
   * @param compression coding that the body must have, or null
   * @param bodyBytes more of a body fails the probe; 0 for no limit of its own
   */
  record Http(
      String name,
      @Nullable Duration timeout,
      IpChoice ips,
      TlsTerms tls,
      String method,
      List<Header> headers,
      @Nullable String body,
      boolean followRedirects,
      List<Integer> statuses,
      List<String> versions,
      boolean failIfTls,
      boolean failIfNotTls,
      List<String> bodyMatches,
      List<String> bodyNotMatches,
      List<HeaderRule> headerMatches,
      List<HeaderRule> headerNotMatches,
      @Nullable String compression,
      long bodyBytes)
      implements ProbeModule {
    public Http {
      headers = List.copyOf(headers);
      statuses = List.copyOf(statuses);
      versions = List.copyOf(versions);
      bodyMatches = List.copyOf(bodyMatches);
      bodyNotMatches = List.copyOf(bodyNotMatches);
      headerMatches = List.copyOf(headerMatches);
      headerNotMatches = List.copyOf(headerNotMatches);
    }

    /** Nothing asked beyond a 2xx for this method. */
    public static Http of(String name, @Nullable Duration timeout, String method, IpChoice ips) {
      return new Http(
          name,
          timeout,
          ips,
          TlsTerms.DEFAULT,
          method,
          List.of(),
          null,
          true,
          List.of(),
          List.of(),
          false,
          false,
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          null,
          0);
    }

    /** The same under these terms, with these headers. */
    public Http with(TlsTerms terms, List<Header> others) {
      return new Http(
          name,
          timeout,
          ips,
          terms,
          method,
          others,
          body,
          followRedirects,
          statuses,
          versions,
          failIfTls,
          failIfNotTls,
          bodyMatches,
          bodyNotMatches,
          headerMatches,
          headerNotMatches,
          compression,
          bodyBytes);
    }
  }

  /** A connection, and what is said on it. */
  record Tcp(
      String name,
      @Nullable Duration timeout,
      IpChoice ips,
      TlsTerms tls,
      boolean speaksTls,
      List<Step> steps)
      implements ProbeModule {
    public Tcp {
      steps = List.copyOf(steps);
    }

    /** The same under these terms. */
    public Tcp with(TlsTerms terms) {
      return new Tcp(name, timeout, ips, terms, speaksTls, steps);
    }
  }

  /** An RE2 pattern on the values of a header. */
  record HeaderRule(String header, String pattern, boolean allowMissing) {}

  /**
   * One exchange of a conversation, in this order.
   *
   * @param expect RE2 pattern of the line to wait for, or null
   * @param labels shown with what the pattern captured
   * @param expectBytes bytes that must come next, or null
   * @param send a line to send, in which {@code ${1}} is what the pattern captured; null for none
   * @param startTls whether TLS begins here
   */
  record Step(
      @Nullable String expect,
      List<Label> labels,
      @Nullable String expectBytes,
      @Nullable String send,
      boolean startTls) {
    public Step {
      labels = List.copyOf(labels);
    }
  }

  /** A name and a template of its value. */
  record Label(String name, String value) {}
}
