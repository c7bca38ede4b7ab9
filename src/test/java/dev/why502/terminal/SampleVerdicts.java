package dev.why502.terminal;

import dev.why502.definition.ProcessSelector;
import dev.why502.definition.Scheme;
import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.Confidence;
import dev.why502.diagnosis.Fix;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import dev.why502.evidence.Access;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.Listeners;
import dev.why502.evidence.LogLine;
import dev.why502.evidence.ProcessState;
import dev.why502.observation.FailureKind;
import dev.why502.observation.Observation;
import dev.why502.observation.Outcome;
import dev.why502.observation.Phase;
import dev.why502.observation.Response;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Verdicts as the diagnosis makes them, for tests of what people see. */
final class SampleVerdicts {
  static final Instant AT = Instant.parse("2025-09-18T09:46:00.300Z");

  private SampleVerdicts() {}

  /** The gateway sends to a port where nothing listens; the service has moved. */
  static Verdict wrongPort() {
    String file = "/etc/nginx/sites-enabled/shop";
    return new Verdict(
        "templates",
        State.DOWN,
        Cause.GATEWAY_WRONG_PORT,
        Confidence.CERTAIN,
        "nginx sends /api/ to 127.0.0.1:3001, where nothing listens; backend listens on 3002",
        "site-nginx",
        "backend",
        "connection_refused",
        List.of(
            new Verdict.Link(Cause.GATEWAY_BAD_GATEWAY, "the edge answered 502 (nginx/1.22.1)"),
            new Verdict.Link(Cause.UPSTREAM_REFUSED, "127.0.0.1:3001 refuses connections"),
            new Verdict.Link(
                Cause.GATEWAY_WRONG_PORT, file + ":14 says 3001; backend listens on 3002")),
        List.of(
            answer(Answer.Role.EDGE, Scheme.HTTPS, "203.0.113.7:443", "shop.example", 120, 502),
            answer(Answer.Role.AS_GATEWAY, Scheme.HTTP, "127.0.0.1:3001", "shop.example", 141, 0),
            answer(Answer.Role.DECLARED, Scheme.HTTP, "127.0.0.1:3002", "127.0.0.1:3002", 142, 200),
            new LogLine(
                "site-nginx",
                "/var/log/nginx/error.log",
                Instant.parse("2025-09-17T22:10:31Z"),
                false,
                LogLine.Tie.SAME_ROUTE,
                LogLine.Event.REFUSED,
                LogLine.Stage.CONNECTING,
                111,
                "http",
                "127.0.0.1:3001",
                "/api/templates",
                "shop.example",
                "GET /api/templates HTTP/1.1",
                "2025/09/17 22:10:31 [error] 77#77: *5 connect() failed (111: Connection refused)"
                    + " while connecting to upstream, client: 198.51.100.4, server: shop.example,"
                    + " request: \"GET /api/templates HTTP/1.1\", upstream:"
                    + " \"http://127.0.0.1:3001/api/templates\", host: \"shop.example\""),
            new Listeners(AT, Access.GRANTED, List.of())),
        List.of(
            new Verdict.RuledOut(
                Cause.PROCESS_NOT_RUNNING,
                "node, pid 4711, listens on 3002 and answers 200 to the same path")),
        List.of(),
        new Fix(
            "point proxy_pass at port 3002",
            new Fix.At(file, 14, null),
            List.of(
                "sed -i '14s/127\\.0\\.0\\.1:3001/127.0.0.1:3002/' " + file,
                "nginx -t",
                "systemctl reload nginx"),
            "curl -sS -o /dev/null -w '%{http_code}\\n'"
                + " 'https://shop.example/api/templates?sort=popular&limit=6'"),
        List.of(),
        Instant.parse("2025-09-18T09:45:50.001Z"),
        AT,
        "web-1");
  }

  /** Two causes fit, and each says what would settle it. */
  static Verdict unsettled() {
    return new Verdict(
        "orders",
        State.DOWN,
        Cause.UPSTREAM_TIMEOUT,
        Confidence.POSSIBLE,
        "127.0.0.1:8080 accepts connections and did not answer within 5 s",
        null,
        null,
        "http_response_timeout",
        List.of(
            new Verdict.Link(
                Cause.UPSTREAM_TIMEOUT, "127.0.0.1:8080 accepted and sent no byte in 5000 ms")),
        List.of(
            new ProcessState(
                "orders",
                new ProcessSelector(ProcessSelector.Kind.SYSTEMD, "orders.service"),
                AT,
                Access.denied("permission denied"),
                null,
                null,
                ProcessState.Condition.NOT_KNOWN,
                0,
                -1,
                -1,
                null,
                null,
                List.of(),
                null,
                null)),
        List.of(),
        List.of(
            new Verdict.Unsettled(
                Cause.UPSTREAM_BACKLOG_FULL, "the length of the listener's accept queue"),
            new Verdict.Unsettled(
                Cause.GATEWAY_TIMEOUT_TOO_SHORT, "an answer of the service after more than 5 s")),
        new Fix(
            "find what the service waits for (a thread dump first; restarting hides it)",
            null,
            List.of(),
            null),
        List.of(),
        AT,
        AT,
        "web-1");
  }

  static Verdict degraded() {
    return new Verdict(
        "search",
        State.DEGRADED,
        Cause.SLOW_RESPONSE,
        Confidence.CERTAIN,
        "answered 200 after 2840 ms, expected within 2000 ms",
        null,
        null,
        null,
        List.of(new Verdict.Link(Cause.SLOW_RESPONSE, "200 after 2840 ms, of them 2790 waiting")),
        List.of(),
        List.of(),
        List.of(),
        null,
        List.of(),
        AT,
        AT,
        "web-1");
  }

  static Verdict unknown(String probe) {
    return new Verdict(
        probe,
        State.UNKNOWN,
        Cause.PROBER_OFFLINE,
        Confidence.CERTAIN,
        "this host reaches none of its 3 non-local targets",
        null,
        null,
        null,
        List.of(new Verdict.Link(Cause.PROBER_OFFLINE, "no route to any of 3 targets")),
        List.of(),
        List.of(),
        List.of(),
        null,
        List.of(),
        AT,
        AT,
        "web-1");
  }

  static Verdict up(String probe, Verdict.Risk... risks) {
    return new Verdict(
        probe,
        State.UP,
        Cause.OK,
        Confidence.CERTAIN,
        "GET https://shop.example/ 200 in 12 ms",
        null,
        null,
        null,
        List.of(),
        List.of(
            answer(Answer.Role.EDGE, Scheme.HTTPS, "203.0.113.7:443", "shop.example", 120, 200)),
        List.of(),
        List.of(),
        null,
        List.of(risks),
        AT,
        AT,
        "web-1");
  }

  static Verdict.Risk expiring() {
    return new Verdict.Risk(
        Cause.CERTIFICATE_EXPIRING,
        "the certificate of shop.example ends 2025-09-30, in 12 days",
        List.of(),
        new Fix(
            "renew the certificate and reload nginx",
            null,
            List.of("certbot renew --cert-name shop.example", "systemctl reload nginx"),
            null));
  }

  /** The wrong port again, with this text wherever a text from outside stands. */
  static Verdict hostile(String text) {
    Verdict.Link link = new Verdict.Link(Cause.GATEWAY_BAD_GATEWAY, text);
    Evidence evidence =
        new LogLine(
            text,
            text,
            AT,
            true,
            LogLine.Tie.OURS,
            LogLine.Event.OTHER,
            LogLine.Stage.OTHER,
            0,
            null,
            null,
            null,
            null,
            null,
            text);
    Fix fix = new Fix(text, new Fix.At(text, 1, null), List.of(text), text);
    return new Verdict(
        text,
        State.DOWN,
        Cause.GATEWAY_BAD_GATEWAY,
        Confidence.LIKELY,
        text,
        text,
        text,
        null,
        List.of(link),
        List.of(evidence),
        List.of(new Verdict.RuledOut(Cause.UPSTREAM_RESET, text)),
        List.of(new Verdict.Unsettled(Cause.UPSTREAM_REFUSED, text)),
        fix,
        List.of(new Verdict.Risk(Cause.CERTIFICATE_EXPIRING, text, List.of(evidence), fix)),
        AT,
        AT,
        text);
  }

  /** Status 0 is a refused connection. */
  private static Answer answer(
      Answer.Role role, Scheme scheme, String address, String host, int millis, int status) {
    boolean refused = status == 0;
    return new Answer(
        role,
        null,
        scheme,
        address,
        "GET",
        "/api/templates?sort=popular&limit=6",
        host,
        new Observation(
            "templates",
            "https://shop.example/api/templates?sort=popular&limit=6",
            address,
            null,
            List.of(address),
            refused ? Outcome.FAILED : status == 200 ? Outcome.EXPECTED : Outcome.UNEXPECTED,
            refused ? Phase.CONNECT : Phase.PROCESSING,
            refused ? FailureKind.REFUSED : null,
            refused ? 0.4 : 12.4,
            0.3,
            Map.of(),
            refused ? null : response(status),
            null,
            null,
            null,
            null,
            List.of(),
            List.of(),
            Instant.parse("2025-09-18T09:46:00Z").plusMillis(millis)));
  }

  private static @Nullable Response response(int status) {
    return new Response("1.1", status, "", List.of(), 120, "", 0, false, null);
  }
}
