package dev.why502.exporter;

import dev.why502.definition.Endpoint;
import dev.why502.definition.ProbeModule;
import dev.why502.definition.Request.Header;
import dev.why502.definition.Target;
import dev.why502.definition.TlsTerms;
import dev.why502.definition.Visit;
import dev.why502.exporter.Visitor.Door;
import dev.why502.observation.Phase;
import dev.why502.observation.Response;
import dev.why502.observation.Visited;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks at an HTTP target: follows redirects, each of them through the same door as the first, and
 * hands the last answer to the judge. What may be known to the first origin only is not sent to
 * another one, and not again when a later redirect leads back (RFC 9110, 15.4).
 */
final class HttpLook {
  /** Redirects followed, as blackbox_exporter does. */
  static final int MOST_REDIRECTS = 10;

  /** Statuses that lead elsewhere (RFC 9110, 15.4). */
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  /** Header lines that tell another origin nothing about the first. */
  private static final Set<String> HARMLESS =
      Set.of("accept", "accept-encoding", "accept-language", "user-agent");

  private final Visitor visitor;
  private final Function<String, Spelling> spelling;
  private final Predicate<Target> admitted;
  private final ProbeModule.Http module;
  private final Gauges gauges;
  private final Journal journal;
  private final long endNanos;
  private final Cookies cookies = new Cookies();
  private final Map<Phase, Double> spent = new EnumMap<>(Phase.class);
  private int redirects;

  /** One request of the look. */
  private record Hop(
      Target target,
      Endpoint where,
      TlsTerms tls,
      String method,
      List<Header> headers,
      @Nullable String body) {}

  /**
   * A look that has not begun.
   *
   * @param admitted whether a redirect may lead there
   */
  HttpLook(
      Visitor visitor,
      Function<String, Spelling> spelling,
      Predicate<Target> admitted,
      ProbeModule.Http module,
      Look look,
      Gauges gauges,
      Journal journal) {
    this.visitor = visitor;
    this.spelling = spelling;
    this.admitted = admitted;
    this.module = module;
    this.gauges = gauges;
    this.journal = journal;
    this.endNanos = System.nanoTime() + look.timeout().toNanos();
  }

  /** The last answer; the future never fails. */
  Future<HttpAnswer> at(Look look, Door door) {
    Hop first =
        new Hop(
            look.target(),
            look.where(),
            module.tls().orName(serverName(look.target())),
            module.method(),
            module.headers(),
            module.body());
    return hop(first, door);
  }

  /** A declared Host is also whom TLS asks for: a target may be a bare address. */
  private String serverName(Target target) {
    for (Header header : module.headers()) {
      if (header.name().equalsIgnoreCase("Host")) {
        String host = header.value();
        int colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
      }
    }
    return target.endpoint().host();
  }

  private Future<HttpAnswer> hop(Hop hop, Door door) {
    List<Header> headers = new ArrayList<>(hop.headers());
    String kept = cookies.header(hop.target());
    if (kept != null) {
      headers.add(new Header("Cookie", kept));
    }
    long left = Math.max(1, (endNanos - System.nanoTime()) / 1_000_000);
    Visit visit =
        new Visit(
            hop.target(),
            hop.where(),
            hop.method(),
            headers,
            hop.body(),
            module.ips(),
            hop.tls(),
            Duration.ofMillis(left),
            null);
    return visitor.visit(visit, door).compose(seen -> visited(hop, seen, door));
  }

  private Future<HttpAnswer> visited(Hop hop, Visited seen, Door door) {
    journal.note(hop.method() + " " + hop.target().text() + ": " + Sightings.ending(seen));
    seen.phases().forEach((phase, millis) -> spent.merge(phase, millis, Double::sum));
    if (redirects == 0) {
      Sightings.address(gauges, seen);
    }
    Response response = seen.response();
    String location = response == null ? null : response.header("location");
    if (seen.failure() != null
        || response == null
        || location == null
        || !REDIRECTS.contains(response.status())) {
      return done(hop, seen, null);
    }
    redirects++;
    if (!module.followRedirects() || redirects > MOST_REDIRECTS) {
      journal.note("a redirect to " + location + " is not followed");
      return done(hop, seen, module.followRedirects() ? "redirect-limit" : null);
    }
    Target to = Location.of(hop.target(), location, spelling);
    if (to == null) {
      journal.note("a redirect to what is no URL: " + location);
      return done(hop, seen, "redirect-invalid");
    }
    if (!admitted.test(to)) {
      journal.note("a redirect to " + to.text() + ", which no definition permits; see probe.allow");
      return done(hop, seen, "redirect-forbidden");
    }
    for (Header header : response.headers()) {
      if (header.name().equalsIgnoreCase("Set-Cookie")) {
        cookies.set(hop.target(), header.value());
      }
    }
    return hop(next(hop, to, response.status()), door);
  }

  private Hop next(Hop hop, Target to, int status) {
    boolean same =
        to.scheme() == hop.target().scheme() && to.endpoint().equals(hop.target().endpoint());
    boolean keeps = status > 303 || hop.method().equals("GET") || hop.method().equals("HEAD");
    boolean sameHost = to.endpoint().host().equals(hop.target().endpoint().host());
    TlsTerms terms = module.tls();
    TlsTerms nameless =
        new TlsTerms(terms.insecure(), terms.ca(), null, terms.minVersion(), terms.maxVersion());
    return new Hop(
        to,
        same ? hop.where() : to.endpoint(),
        sameHost ? hop.tls() : nameless,
        keeps ? hop.method() : "GET",
        same ? hop.headers() : harmless(hop.headers()),
        // A body may hold what the header lines do.
        keeps && status > 303 && same ? hop.body() : null);
  }

  private static List<Header> harmless(List<Header> headers) {
    return headers.stream()
        .filter(
            header ->
                HARMLESS.contains(header.name().toLowerCase(java.util.Locale.ROOT))
                    || header.name().equalsIgnoreCase("Via"))
        .toList();
  }

  private Future<HttpAnswer> done(Hop hop, Visited seen, @Nullable String stopped) {
    return Future.succeededFuture(
        new HttpAnswer(hop.target(), seen, redirects, stopped, Map.copyOf(spent)));
  }
}
