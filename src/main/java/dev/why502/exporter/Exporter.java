package dev.why502.exporter;

import dev.why502.definition.Definitions;
import dev.why502.definition.Endpoint;
import dev.why502.definition.Probe;
import dev.why502.definition.ProbeModule;
import dev.why502.definition.Request.Header;
import dev.why502.definition.Secrets;
import dev.why502.definition.Target;
import dev.why502.exporter.Look.Failure;
import dev.why502.exporter.Look.Seen;
import dev.why502.exporter.Visitor.Door;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code GET /probe} as blackbox_exporter does (prometheus/blackbox_exporter,
 * prober/handler.go): 200 with {@code probe_success 0} for a probe that fails, 400 for an unknown
 * module or no target, 500 for a timeout that is no number. Besides: 403 for a target that may not
 * be asked for, 429 for a client that asks too often, 508 for a request of why502's own.
 *
 * <p>Handlers run on one event loop; definitions may be replaced on any thread.
 */
public final class Exporter implements Handler<HttpServerRequest> {
  private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String VIA = "1.1 why502";

  /** Bodies above this are judged off the event loop: a pattern may take its time on them. */
  private static final int JUDGED_HERE = 32 * 1024;

  private final Vertx vertx;
  private final Visitor visitor;
  private final Function<String, Spelling> spelling;
  private final LongSupplier nanoTime;
  private final Quota quota = new Quota();
  private volatile Terms terms = new Terms(Definitions.empty());

  /** What the definitions say. */
  private static final class Terms {
    private final Modules modules;
    private final Admission admission;
    private final Secrets secrets;

    Terms(Definitions definitions) {
      modules = new Modules(definitions);
      admission = new Admission(definitions);
      secrets = definitions.secrets();
    }
  }

  /** One scrape that is answered. */
  private record Scrape(
      HttpServerRequest request,
      Terms terms,
      ProbeModule module,
      Look look,
      double timeoutSeconds,
      Gauges gauges,
      Journal journal) {}

  /**
   * A handler that permits nothing until it is given definitions.
   *
   * @param spelling reads a target
   * @param nanoTime a monotonic clock
   */
  public Exporter(
      Vertx vertx, Visitor visitor, Function<String, Spelling> spelling, LongSupplier nanoTime) {
    this.vertx = vertx;
    this.visitor = visitor;
    this.spelling = spelling;
    this.nanoTime = nanoTime;
  }

  /** From now on these modules and targets. */
  public void replace(Definitions definitions) {
    terms = new Terms(definitions);
  }

  @Override
  public void handle(HttpServerRequest request) {
    String via = request.getHeader("Via");
    if (via != null && via.toLowerCase(Locale.ROOT).contains("why502")) {
      end(request, 508, "this request comes from a why502: it would ask itself for ever");
      return;
    }
    Terms now = terms;
    String target = request.getParam("target");
    String name = request.getParam("module");
    String known = name == null || name.isEmpty() ? usual(target, now) : name;
    ProbeModule module = now.modules.named(known);
    if (module == null) {
      end(request, 400, Modules.absent(known));
      return;
    }
    double seconds;
    try {
      seconds = Timeout.seconds(request.getHeader(Timeout.HEADER), module);
    } catch (NumberFormatException notANumber) {
      end(request, 500, "Failed to parse timeout from Prometheus header: not a number");
      return;
    }
    if (target == null || target.isEmpty()) {
      end(request, 400, "Target parameter is missing");
      return;
    }
    ProbeModule meant = hosted(request, module);
    if (meant == null) {
      return;
    }
    aim(request, now, meant, target, seconds);
  }

  /** Without a module a port is connected to and a URL is asked for. */
  private static String usual(@Nullable String target, Terms now) {
    boolean port =
        target != null
            && (target.startsWith("tcp://")
                || target.startsWith("tls://")
                || isPort(now.admission.probe(target)));
    return port ? Modules.TCP_DEFAULT : Modules.HTTP_DEFAULT;
  }

  private static boolean isPort(@Nullable Probe probe) {
    return probe != null
        && !probe.target().scheme().http()
        && probe.target().endpoint().socket() == null;
  }

  /** The module with the {@code hostname} of the scrape; null where that has been refused. */
  private static @Nullable ProbeModule hosted(HttpServerRequest request, ProbeModule module) {
    String hostname = request.getParam("hostname");
    if (hostname == null || hostname.isEmpty()) {
      return module;
    }
    if (!hostname.matches("[A-Za-z0-9._:\\[\\]-]{1,260}")) {
      end(request, 400, "hostname is no host");
      return null;
    }
    if (module instanceof ProbeModule.Tcp tcp) {
      return tcp.with(tcp.tls().orName(hostname));
    }
    if (module instanceof ProbeModule.Http http) {
      List<Header> headers = new ArrayList<>();
      for (Header header : http.headers()) {
        boolean host = header.name().equalsIgnoreCase("Host");
        if (host && !header.value().equals(hostname)) {
          end(
              request,
              400,
              "host header defined both in module configuration and with URL-parameter"
                  + " 'hostname'");
          return null;
        }
        if (!host) {
          headers.add(header);
        }
      }
      headers.add(new Header("Host", hostname));
      return http.with(http.tls(), headers);
    }
    throw new AssertionError(module);
  }

  private void aim(
      HttpServerRequest request, Terms now, ProbeModule module, String text, double seconds) {
    String client = request.remoteAddress().hostAddress();
    Aim aim = Aim.of(text, module, now.admission, spelling);
    Target target = aim.target();
    Endpoint where = aim.where();
    if (target == null || where == null) {
      refuse(request, client, aim.refusal(), aim.words());
      return;
    }
    long begin = nanoTime.getAsLong();
    String key = target.scheme() + " " + target.text();
    if (!quota.begin(client, key, begin)) {
      tooMany(request);
      return;
    }
    Look look = new Look(target, where, aim.own(), Duration.ofNanos((long) (seconds * 1e9)));
    Scrape scrape = new Scrape(request, now, module, look, seconds, new Gauges(), new Journal());
    scrape.journal.note("probing " + target.text() + " with module " + module.name());
    Door door =
        (host, address, port) ->
            now.admission.admitsAddress(
                host,
                address,
                port,
                look.own() && host.equals(where.host()) && port == where.port());
    look(scrape, door)
        .onComplete(
            seen -> {
              long done = nanoTime.getAsLong();
              quota.end(client, key, done);
              if (seen.succeeded()) {
                answer(scrape, client, seen.result(), (done - begin) / 1e9);
              } else {
                end(request, 500, "an error of this service");
              }
            });
  }

  private Future<Seen> look(Scrape scrape, Door door) {
    ProbeModule module = scrape.module;
    if (module instanceof ProbeModule.Tcp tcp) {
      return new TcpLook(visitor, scrape.gauges, scrape.journal).at(scrape.look, tcp, door);
    }
    if (module instanceof ProbeModule.Http http) {
      ProbeModule.Http marked = marked(http);
      HttpJudge judge = new HttpJudge(marked, scrape.gauges, scrape.journal);
      return new HttpLook(
              visitor,
              spelling,
              scrape.terms.admission::admitsRedirect,
              marked,
              scrape.look,
              scrape.gauges,
              scrape.journal)
          .at(scrape.look, door)
          .compose(
              answer ->
                  answer.seen().body().length() <= JUDGED_HERE
                      ? Future.succeededFuture(judge.judge(answer))
                      : vertx.executeBlocking(() -> judge.judge(answer), false));
    }
    throw new AssertionError(module);
  }

  /**
   * Says that it is we who ask. Not where a coding of the body is asked for: servers do not pack
   * what they send through a proxy (nginx, gzip_proxied).
   */
  private static ProbeModule.Http marked(ProbeModule.Http http) {
    boolean has = http.headers().stream().anyMatch(one -> one.name().equalsIgnoreCase("Via"));
    if (has || http.compression() != null) {
      return http;
    }
    List<Header> headers = new ArrayList<>(http.headers());
    headers.add(new Header("Via", VIA));
    return http.with(http.tls(), headers);
  }

  private void answer(Scrape scrape, String client, Seen seen, double seconds) {
    Failure failure = seen.failure();
    if (failure != null && failure.kind().equals(Look.FORBIDDEN)) {
      refuse(
          scrape.request,
          client,
          403,
          "the target's name leads to an address that is not permitted itself: see probe.allow");
      return;
    }
    Gauges gauges = scrape.gauges;
    gauges.set("probe_success", seen.success() ? 1 : 0);
    gauges.set("probe_duration_seconds", seconds);
    gauges.set("probe_timeout_seconds", scrape.timeoutSeconds);
    if (failure != null) {
      gauges.set(
          Gauges.FAILURE_INFO,
          List.of(
              Map.entry("cause", failure.cause()),
              Map.entry("kind", failure.kind()),
              Map.entry("phase", failure.phase())),
          1);
    }
    Secrets secrets = scrape.terms.secrets;
    if (!"true".equals(scrape.request.getParam("debug"))) {
      end(scrape.request, 200, METRICS, secrets.mask(gauges.text()));
      return;
    }
    scrape.journal.note(seen.success() ? "probe succeeded" : "probe failed");
    String page =
        "Logs for the probe:\n"
            + scrape.journal.text()
            + "\n\n\nMetrics that would have been returned:\n"
            + gauges.text()
            + "\n\n\nModule configuration:\n"
            + ModuleText.of(scrape.module);
    end(scrape.request, 200, TEXT, secrets.mask(page));
  }

  private void refuse(HttpServerRequest request, String client, int status, String words) {
    if (quota.refuse(client, nanoTime.getAsLong())) {
      end(request, status, words);
    } else {
      tooMany(request);
    }
  }

  private static void tooMany(HttpServerRequest request) {
    request.response().putHeader("Retry-After", "1");
    end(
        request,
        429,
        "at most "
            + Quota.AT_ONCE
            + " at once and "
            + Quota.A_MINUTE
            + " a minute for each client and target");
  }

  private static void end(HttpServerRequest request, int status, String words) {
    end(request, status, TEXT, Journal.printable(words) + "\n");
  }

  private static void end(HttpServerRequest request, int status, String type, String body) {
    if (!request.response().ended() && !request.response().closed()) {
      request.response().setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, type).end(body);
    }
  }
}
