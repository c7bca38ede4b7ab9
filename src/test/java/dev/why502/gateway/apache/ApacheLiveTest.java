package dev.why502.gateway.apache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.LogLine.Tie;
import dev.why502.gateway.ConfigDesk;
import dev.why502.gateway.ConfigFiles;
import dev.why502.gateway.LoggedLine;
import dev.why502.gateway.ProcFiles;
import dev.why502.gateway.ProcessSearch;
import dev.why502.gateway.RealGateway;
import dev.why502.gateway.RequestFacts;
import dev.why502.gateway.Routed;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real httpd with real faults behind it: its log, its processes, its routes. */
@NullUnmarked
@Timeout(60)
@SuppressWarnings("StringConcatToTextBlock") // Ports and paths stand between the lines.
class ApacheLiveTest {
  @TempDir Path directory;

  @Test
  void realFaultsLeaveLinesOfOurs() throws Exception {
    // Given
    RealApache.require();
    List<Integer> ports = RealApache.ports(2);
    int dead = ports.get(1);
    Map<String, List<Event>> expected = new LinkedHashMap<>();
    expected.put("dead", List.of(Event.REFUSED, Event.CONNECT_FAILED));
    expected.put("missing", List.of(Event.SOCKET_MISSING, Event.CONNECT_FAILED));
    expected.put("noname", List.of(Event.NOT_RESOLVED));
    expected.put("silent", List.of(Event.RESPONSE_TIMEOUT, Event.OTHER));
    expected.put("closes", List.of(Event.CLOSED_EARLY, Event.OTHER));
    expected.put("big", List.of(Event.HEADER_TOO_BIG, Event.OTHER));
    expected.put("badname", List.of(Event.INVALID_RESPONSE));
    expected.put("short", List.of(Event.BODY_BROKEN));
    expected.put("plain", List.of(Event.CONNECT_FAILED, Event.CONNECT_FAILED, Event.OTHER));
    expected.put("ftp", List.of(Event.NOT_TRIED));
    expected.put("denied", List.of(Event.FORBIDDEN_BY_RULE));
    expected.put("bal", List.of(Event.REFUSED, Event.PEER_DOWN, Event.CONNECT_FAILED));
    expected.put("bal/again", List.of(Event.NO_LIVE_UPSTREAMS));
    Map<String, List<Event>> seen = new LinkedHashMap<>();

    // When
    try (Upstream silent = Upstream.answering("SILENCE");
        Upstream closes = Upstream.answering("");
        Upstream big =
            Upstream.answering("HTTP/1.1 200 OK\r\nX-Big: " + "a".repeat(9000) + "\r\n\r\n");
        Upstream badName = Upstream.answering("HTTP/1.1 200 OK\r\nX Bad: a\r\n\r\nok");
        Upstream shorter = Upstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nok");
        RealApache apache =
            RealApache.start(
                directory,
                ports.get(0),
                RealApache.head(directory, ports.get(0), RealApache.USUAL)
                    + "ProxyTimeout 1\nSSLProxyEngine on\n"
                    + pass("dead", dead)
                    + pass("silent", silent.port())
                    + pass("closes", closes.port())
                    + pass("big", big.port())
                    + pass("badname", badName.port())
                    + pass("short", shorter.port())
                    + "ProxyPass /missing unix:"
                    + directory
                    + "/none.sock|http://u/\n"
                    + "ProxyPass /noname http://name.invalid/\n"
                    + "ProxyPass /plain https://127.0.0.1:"
                    + closes.port()
                    + "/\n"
                    + "ProxyPass /ftp ftp://127.0.0.1/\n"
                    + pass("denied", dead)
                    + "<Location /denied>\nRequire all denied\n</Location>\n"
                    + "ProxyPass /bal balancer://app/\n<Proxy balancer://app>\n"
                    + "BalancerMember http://127.0.0.1:"
                    + dead
                    + " retry=60\n"
                    + "ProxySet forcerecovery=Off\n</Proxy>\n")) {
      for (String each : expected.keySet()) {
        int before = lines().size();
        RealGateway.Reply reply =
            RealApache.ask(apache.port, "GET", "/" + each, "Host: main.test\r\n");
        RequestFacts facts =
            new RequestFacts(
                "GET",
                "/" + each,
                "main.test",
                Set.of("127.0.0.1"),
                Set.of(reply.client()),
                null,
                null);
        List<LoggedLine> all = lines();
        List<LoggedLine> fresh = all.subList(before, all.size());
        List<Tie> ties = new ApacheErrorLog().ties(fresh, facts);
        List<Event> ours = new ArrayList<>();
        for (int i = 0; i < fresh.size(); i++) {
          if (ties.get(i) == Tie.OURS) {
            ours.add(fresh.get(i).event());
          }
        }
        seen.put(each, ours);
      }
    }

    // Then
    assertEquals(expected, seen);
  }

  @Test
  void processesAreFoundAndRoutesListed() throws Exception {
    // Given
    RealApache.require();
    List<Integer> ports = RealApache.ports(1);
    Vertx vertx = Vertx.vertx();
    String config =
        RealApache.head(directory, ports.get(0), RealApache.USUAL)
            + "CustomLog "
            + directory
            + "/access.log \"%h %r\"\n"
            + "<VirtualHost *:"
            + ports.get(0)
            + ">\nServerName a.test\n"
            + "ProxyPass /api http://localhost:3001\n<Location /b>\nProxyPass http://127.0.0.1:3002/\n"
            + "</Location>\nRewriteEngine On\nRewriteRule ^/c/(.*) http://127.0.0.1:3003/$1 [P]\n"
            + "</VirtualHost>\n";

    // When
    ApacheReader reader = new ApacheReader(vertx, RealApache::resolve);
    ConfigFiles files;
    ProcessSearch.Found found;
    ProcessSearch.Found gone;
    List<Routed> routes;
    long pid;
    try (RealApache apache = RealApache.start(directory, ports.get(0), config)) {
      var gateway = RealApache.gateway(directory.resolve("apache2.conf"));
      files = ConfigDesk.await(reader.files(gateway));
      routes = ConfigDesk.await(reader.routes(gateway));
      pid = apache.pid();
      found = new ApacheProcesses().find(new ProcFiles(Path.of("/proc")), gateway, files);
    } finally {
      ConfigDesk.await(vertx.close());
    }
    gone =
        new ApacheProcesses()
            .find(
                new ProcFiles(Path.of("/proc")),
                RealApache.gateway(directory.resolve("apache2.conf")),
                files);

    // Then
    assertNotNull(found);
    assertEquals(pid, found.master());
    assertTrue(!found.workers().isEmpty() && !found.workers().contains((int) pid));
    assertNotNull(gone);
    assertEquals(0, gone.master());
    assertEquals(directory + "/error.log", files.errorLogs().get(0).path());
    assertEquals(directory + "/access.log", files.accessLogs().get(0).path());
    assertEquals("%h %r", files.accessLogs().get(0).format());
    assertEquals(
        List.of("127.0.0.1:3001", "127.0.0.1:3002", "127.0.0.1:3003"),
        routes.stream().map(each -> each.route().pass().peers().get(0).address()).toList());
  }

  private static String pass(String name, int port) {
    return "ProxyPass /" + name + " http://127.0.0.1:" + port + "/" + name + "\n";
  }

  private List<LoggedLine> lines() throws Exception {
    ApacheErrorLog grammar = new ApacheErrorLog();
    return Files.readAllLines(directory.resolve("error.log")).stream()
        .map(line -> grammar.parse(line, ZoneId.systemDefault()))
        .toList();
  }
}
