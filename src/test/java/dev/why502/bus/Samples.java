package dev.why502.bus;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Expectation;
import dev.why502.definition.Gateway;
import dev.why502.definition.Probe;
import dev.why502.definition.ProcessSelector;
import dev.why502.definition.Request;
import dev.why502.definition.Request.Header;
import dev.why502.definition.Scheme;
import dev.why502.definition.Target;
import dev.why502.definition.Threshold;
import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.Confidence;
import dev.why502.diagnosis.Fix;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import dev.why502.evidence.Access;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Artifact;
import dev.why502.evidence.Case;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.Firewall;
import dev.why502.evidence.GatewayState;
import dev.why502.evidence.HostState;
import dev.why502.evidence.IdleConnection;
import dev.why502.evidence.Listeners;
import dev.why502.evidence.LogAccess;
import dev.why502.evidence.LogLine;
import dev.why502.evidence.MemoryKills;
import dev.why502.evidence.OtherRoute;
import dev.why502.evidence.Place;
import dev.why502.evidence.ProcessState;
import dev.why502.evidence.Resolution;
import dev.why502.evidence.Route;
import dev.why502.evidence.ServiceLog;
import dev.why502.evidence.SocketFile;
import dev.why502.observation.Certificate;
import dev.why502.observation.FailureKind;
import dev.why502.observation.Mismatch;
import dev.why502.observation.Observation;
import dev.why502.observation.Outcome;
import dev.why502.observation.Phase;
import dev.why502.observation.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The incident that the contract tells of, as records. */
public final class Samples {
  public static final Instant AT = Instant.parse("2025-09-18T09:46:00.120Z");
  private static final Instant PRECISE = Instant.parse("2025-09-18T09:46:00.123456789Z");
  private static final String SITE = "/etc/nginx/sites-enabled/nanobanana";
  private static final Place PASS =
      new Place(SITE, 14, "proxy_pass http://127.0.0.1:3001;", "ab12");
  private static final Route ROUTE =
      new Route(
          "site-nginx",
          PRECISE,
          Access.GRANTED,
          "/etc/nginx/nginx.conf",
          List.of(),
          new Place(SITE, 3, "server {", null),
          "nanobanana.gitagent.io",
          new Place(SITE, 13, "location /api/ {", null),
          Route.Handling.PROXY,
          new Route.Pass(
              "http",
              PASS,
              "app",
              List.of(
                  new Route.Peer(
                      "127.0.0.1:3001",
                      "localhost",
                      3001,
                      false,
                      PASS,
                      false,
                      true,
                      1,
                      10_000,
                      null)),
              "GET",
              "/api/templates",
              "nanobanana.gitagent.io",
              "sni",
              List.of(new Header("Connection", "")),
              true,
              false,
              "1.0",
              false,
              true,
              60_000,
              60_000,
              60_000,
              60_000,
              4096,
              true,
              "/etc/ssl/ca.pem",
              "app",
              true,
              List.of("502 =200 /sorry"),
              true,
              "10.0.0.1",
              Map.of("proxy_read_timeout", PASS)),
          PASS,
          403,
          List.of(new Route.Limit(Route.Limit.What.WORKER_CONNECTIONS, PASS, 768, 503)),
          List.of("$backend"));

  private Samples() {}

  public static Observation answered(String probe, int status) {
    return new Observation(
        probe,
        "https://nanobanana.gitagent.io/api/templates?sort=popular&limit=6",
        "203.0.113.7:443",
        null,
        List.of("203.0.113.7:443", "203.0.113.8:443"),
        status < 400 ? Outcome.EXPECTED : Outcome.UNEXPECTED,
        Phase.PROCESSING,
        null,
        12.4004,
        0.3,
        Map.of(
            Phase.RESOLVE,
            0.2,
            Phase.CONNECT,
            0.4,
            Phase.TLS,
            6.1,
            Phase.PROCESSING,
            5.2,
            Phase.TRANSFER,
            0.5),
        new Response(
            "1.1",
            status,
            "Bad Gateway",
            List.of(new Header("Server", "nginx/1.22.1"), new Header("X-\u202eodd", "\u001b[2J")),
            180,
            "<html>502 Bad Gateway</html>",
            28,
            false,
            "00ff"),
        new Certificate(
            "TLSv1.3",
            "TLS_AES_128_GCM_SHA256",
            "CN=nanobanana.gitagent.io",
            "CN=R11",
            AT.minusSeconds(86_400),
            AT.plusSeconds(86_400 * 60),
            List.of("nanobanana.gitagent.io"),
            null,
            null),
        null,
        null,
        null,
        status < 400 ? List.of() : List.of(new Mismatch(Mismatch.What.STATUS, "200", "502")),
        List.of(),
        AT);
  }

  public static Observation refused(String probe) {
    return new Observation(
        probe,
        "http://127.0.0.1:3001/api/templates",
        "127.0.0.1:3001",
        null,
        List.of("127.0.0.1:3001"),
        Outcome.FAILED,
        Phase.CONNECT,
        FailureKind.REFUSED,
        0.2,
        0,
        Map.of(Phase.CONNECT, 0.2),
        null,
        null,
        "\u0000\u00ff",
        "Connection refused",
        null,
        List.of(),
        List.of(),
        PRECISE);
  }

  /** One of each type, in the order of the permitted subclasses; every optional part is there. */
  public static List<Evidence> evidence() {
    return List.of(
        new Answer(
            Answer.Role.EDGE,
            null,
            Scheme.HTTPS,
            "203.0.113.7:443",
            "GET",
            "/api/templates",
            "nanobanana.gitagent.io",
            answered("templates", 502)),
        new Answer(
            Answer.Role.AS_GATEWAY,
            "backend",
            Scheme.HTTP,
            "127.0.0.1:3001",
            "GET",
            "/api/templates",
            "nanobanana.gitagent.io",
            refused("templates")),
        ROUTE,
        new LogLine(
            "site-nginx",
            "/var/log/nginx/error.log",
            PRECISE,
            true,
            LogLine.Tie.SAME_ROUTE,
            LogLine.Event.REFUSED,
            LogLine.Stage.READING_HEADER,
            111,
            "http",
            "127.0.0.1:3001",
            "/api/templates",
            "nanobanana.gitagent.io",
            "GET /api/templates HTTP/1.1",
            "connect() failed (111: Connection refused) \u001b]0;x\u0007 \ud800 while connecting"),
        new LogAccess(
            "site-nginx",
            "/var/log/nginx/error.log",
            AT,
            Access.denied("Permission denied"),
            false),
        new GatewayState(
            "site-nginx",
            AT,
            Access.GRANTED,
            true,
            812,
            AT.minusSeconds(60),
            AT.minusSeconds(5),
            SITE,
            false,
            true,
            "www-data",
            12,
            1024,
            List.of(new GatewayState.Mark("app/s1", "127.0.0.1:3001", "DOWN", "Layer4"))),
        new Listeners(
            AT,
            Access.GRANTED,
            List.of(
                new Listeners.Row("127.0.0.1", 3002, null, 0, 511, 1000, 4711, "node"),
                new Listeners.Row("::", 8000, true, -1, -1, 0, 0, null))),
        new SocketFile(
            "/run/app.sock",
            AT,
            Access.GRANTED,
            true,
            "socket",
            "www-data",
            "www-data",
            "rw-rw----",
            false),
        new ProcessState(
            "backend",
            new ProcessSelector(ProcessSelector.Kind.PM2, "nanobanana"),
            AT,
            Access.GRANTED,
            true,
            "online",
            ProcessState.Condition.CRASH_LOOP,
            4711,
            3,
            1500,
            137,
            "oom-kill",
            List.of(3002),
            "/srv/app",
            "/srv/app/logs/pm2-error.log",
            new ProcessState.End(AT, 4710, "SIGKILL", false)),
        new Artifact(
            "backend", "/srv/app/.next/BUILD_ID", AT, Access.GRANTED, true, AT.minusSeconds(9)),
        new ServiceLog(
            "backend",
            "/srv/app/logs/pm2-error.log",
            AT,
            Access.GRANTED,
            AT,
            List.of(
                new ServiceLog.Complaint(
                    ServiceLog.About.PORT_IN_USE, AT, "3001", true, "EADDRINUSE :::3001"))),
        new Resolution(
            "nanobanana.gitagent.io", AT, "the system's", List.of("203.0.113.7"), "SERVFAIL"),
        new Firewall(
            "127.0.0.1:3001",
            AT,
            Access.GRANTED,
            List.of(
                new Firewall.Rule(
                    Firewall.Action.REJECT,
                    "nft",
                    "inet filter input",
                    "tcp dport 3001 reject with tcp reset",
                    4,
                    "www-data"))),
        new MemoryKills(
            "backend",
            AT,
            Access.GRANTED,
            List.of(
                new MemoryKills.Kill(
                    AT, 4710, "node", "/system.slice/shop.service", "Killed process 4710 (node)")),
            "/system.slice/shop.service",
            2),
        new HostState(
            AT,
            1.5,
            10_000,
            List.of("203.0.113.7:443"),
            List.of("192.0.2.1:443"),
            1,
            List.of("127.0.0.1"),
            -3,
            "host"),
        new OtherRoute("http://nanobanana.gitagent.io/old/", ROUTE),
        new IdleConnection("backend", "127.0.0.1:3002", AT, 5003.25, true, -1));
  }

  public static Probe probe(String id) {
    return new Probe(
        id,
        new Target(
            Scheme.HTTPS,
            Endpoint.of("nanobanana.gitagent.io", 443),
            "/api/templates?sort=popular&limit=6",
            "https://nanobanana.gitagent.io/api/templates?sort=popular&limit=6"),
        "templates of the shop",
        Map.of("team", "web"),
        true,
        "site-nginx",
        List.of("backend"),
        new Request(
            "POST",
            List.of(new Header("Accept", "*/*")),
            "{}",
            Endpoint.unix("/run/nginx.sock"),
            true,
            true,
            "/etc/ssl/ca.pem",
            "1.1"),
        new Expectation(
            List.of(new Expectation.StatusRange(200, 299)),
            Duration.ofNanos(1_500_001),
            "ok",
            "^o+k$",
            Map.of("$.data[0].id", "1"),
            Map.of("Content-Type", "json"),
            14),
        Duration.ofSeconds(10),
        Duration.ofMillis(1500),
        new Threshold(2, 1),
        new ProcessSelector(ProcessSelector.Kind.COMMAND, "node .*server"),
        List.of("/srv/app/.next/BUILD_ID"),
        List.of("/srv/app/logs/pm2-error.log"));
  }

  public static Case wholeCase() {
    return new Case(
        probe("templates"),
        new Gateway(
            "site-nginx",
            Gateway.Kind.NGINX,
            "/etc/nginx/nginx.conf",
            "/var/log/nginx/error.log",
            "/var/log/nginx/access.log",
            "http://127.0.0.1:8080/status"),
        List.of(probe("backend")),
        evidence(),
        false,
        PRECISE,
        "web-1");
  }

  public static Verdict down(String probe) {
    return new Verdict(
        probe,
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
                Cause.GATEWAY_WRONG_PORT,
                "sites-enabled/nanobanana:14 says 3001; backend listens on 3002")),
        evidence(),
        List.of(
            new Verdict.RuledOut(
                Cause.PROCESS_NOT_RUNNING,
                "node, pid 4711, listens on 3002 and answers 200 to the same path")),
        List.of(),
        new Fix(
            "point proxy_pass at port 3002",
            new Fix.At(SITE, 14, "ab12"),
            List.of(
                "sed -i '14s/127.0.0.1:3001/127.0.0.1:3002/' " + SITE,
                "nginx -t",
                "systemctl reload nginx"),
            "curl -sS -o /dev/null -w '%{http_code}' https://nanobanana.gitagent.io/api/templates"),
        List.of(),
        AT.minusMillis(10_119),
        AT.plusMillis(180),
        "web-1");
  }

  public static Verdict degraded(String probe) {
    return new Verdict(
        probe,
        State.DEGRADED,
        Cause.SLOW_RESPONSE,
        Confidence.POSSIBLE,
        "the answer took 2.4 s, 2 s are expected",
        "site-nginx",
        "backend",
        null,
        List.of(new Verdict.Link(Cause.SLOW_RESPONSE, "200 in 2400 ms; expected within 2 s")),
        List.of(evidence().get(0), evidence().get(8)),
        List.of(),
        List.of(
            new Verdict.Unsettled(
                Cause.UPSTREAM_TIMEOUT, "the backend's own time for the same path")),
        null,
        List.of(),
        AT,
        AT,
        "web-1");
  }

  public static Verdict up(String probe) {
    return new Verdict(
        probe,
        State.UP,
        Cause.OK,
        Confidence.CERTAIN,
        "200 in 12 ms",
        null,
        null,
        null,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        null,
        List.of(),
        AT,
        AT,
        "web-1");
  }
}
