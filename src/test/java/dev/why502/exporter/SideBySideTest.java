package dev.why502.exporter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ours and Debian's prometheus-blackbox-exporter asked for the same targets with the same modules:
 * the same names, label keys and phases, but for {@link #DIFFERENCES}, which src/docs/PROMETHEUS.md
 * repeats.
 */
@Timeout(120)
class SideBySideTest {
  /**
   * What only one of the two says, with the reason. The Debian release is 0.23.0; users of later
   * ones have what these added.
   */
  private static final Map<String, String> DIFFERENCES =
      Map.of(
          "+probe_failure_info cause kind phase",
          "ours: why a probe failed",
          "+probe_timeout_seconds",
          "of blackbox_exporter after 0.28",
          "+probe_tls_cipher_info cipher",
          "of blackbox_exporter since 0.26",
          "+probe_failed_due_to_bytes",
          "of blackbox_exporter since 0.28",
          "-probe_failed_due_to_regex",
          "of blackbox_exporter until 0.28 also without a connection",
          "+probe_ssl_last_chain_info fingerprint_sha256 issuer serialnumber subject"
              + " subjectalternative",
          "of blackbox_exporter since 0.26, with the serial number",
          "-probe_ssl_last_chain_info fingerprint_sha256 issuer subject subjectalternative",
          "of blackbox_exporter before 0.26");

  private static OnDemand ours;
  private static Site site;
  private static Blackbox theirs;
  private static final Map<String, String[]> TARGETS = new LinkedHashMap<>();

  @BeforeAll
  static void start(@TempDir Path folder) {
    Blackbox.require();
    ours = new OnDemand();
    site = new Site(ours.vertx);
    HttpServer good = site.tls(Site.key(folder, "good", "-1d", 30));
    HttpServer expired = site.tls(Site.key(folder, "expired", "-3d", 1));
    JsonObject modules = modules(folder);
    theirs = new Blackbox(folder, new JsonObject().put("modules", modules));
    String refused = "http://127.0.0.1:" + Site.freePort() + "/";
    TARGETS.put("200", both(site.url("/status/200"), "http_2xx"));
    TARGETS.put("404", both(site.url("/status/404"), "http_2xx"));
    TARGETS.put("502", both(site.url("/status/502"), "http_2xx"));
    TARGETS.put("refused", both(refused, "http_2xx"));
    // Neither asks a server outside: ours a stub, theirs nobody, since it is no name.
    TARGETS.put("nxdomain", new String[] {"http://gone.test/", "http://no..name/", "http_2xx"});
    TARGETS.put("tls", both("https://127.0.0.1:" + good.actualPort() + "/status/200", "http_good"));
    TARGETS.put(
        "expired",
        both("https://127.0.0.1:" + expired.actualPort() + "/status/200", "http_expired"));
    TARGETS.put("redirect", both(site.url("/to?url=/status/200"), "http_2xx"));
    TARGETS.put("slow", both(site.url("/silent"), "http_2xx"));
    TARGETS.put("tcp", both("127.0.0.1:" + site.banner.actualPort(), "tcp_connect"));
    TARGETS.put("tcp banner", both("127.0.0.1:" + site.banner.actualPort(), "ssh_banner"));
    TARGETS.put("tcp wrong banner", both("127.0.0.1:" + site.banner.actualPort(), "no_banner"));
    TARGETS.put("tcp tls", both("127.0.0.1:" + good.actualPort(), "tcp_good"));
    TARGETS.put("tcp refused", both(refused.replaceAll("http://|/$", ""), "tcp_connect"));
    TARGETS.put("regex", both(site.url("/status/200"), "http_regex"));
    List<String> declared = new ArrayList<>();
    TARGETS.forEach(
        (name, target) ->
            declared.add(target[0].contains("://") ? target[0] : "tcp://" + target[0]));
    ours.define(declared, List.of(), modules);
  }

  private static String[] both(String target, String module) {
    return new String[] {target, target, module};
  }

  private static JsonObject modules(Path folder) {
    JsonObject http = new JsonObject().put("prober", "http").put("timeout", "1s");
    JsonObject good = new JsonObject().put("tls_config", trusting(folder.resolve("good.pem")));
    JsonObject over = new JsonObject().put("tls_config", trusting(folder.resolve("expired.pem")));
    JsonObject regex = new JsonObject().put("fail_if_body_matches_regexp", JsonArray.of("^stat"));
    JsonObject tcp = new JsonObject().put("prober", "tcp").put("timeout", "1s");
    JsonArray banner = JsonArray.of(new JsonObject().put("expect", "^SSH-2.0-"));
    return new JsonObject()
        .put("http_2xx", http)
        .put("http_good", http.copy().put("http", good))
        .put("http_expired", http.copy().put("http", over))
        .put("http_regex", http.copy().put("http", regex))
        .put("tcp_connect", tcp)
        .put("ssh_banner", tcp.copy().put("tcp", new JsonObject().put("query_response", banner)))
        .put(
            "no_banner",
            tcp.copy()
                .put(
                    "tcp",
                    new JsonObject()
                        .put(
                            "query_response",
                            banner.copy().add(new JsonObject().put("expect", "^nothing")))))
        .put("tcp_good", tcp.copy().put("tcp", good.copy().put("tls", true)));
  }

  private static JsonObject trusting(Path ca) {
    return new JsonObject().put("ca_file", ca.toString());
  }

  @AfterAll
  static void stop() {
    if (theirs != null) {
      theirs.close();
      site.close();
      ours.close();
    }
  }

  @Test
  void sameNamesLabelsAndPhasesButForWhatIsWrittenDown() {
    // Given
    Map<String, Set<String>> unexplained = new TreeMap<>();
    Map<String, String> disagreed = new TreeMap<>();
    Set<String> explained = new TreeSet<>();
    Map<String, Integer> names = new LinkedHashMap<>();
    // When
    TARGETS.forEach(
        (name, target) -> {
          String mine = ours.get(target[0], target[2]).body();
          String other = theirs.get(target[1], target[2]);
          Set<String> shape = OnDemand.shape(mine);
          names.put(name, shape.size());
          Set<String> differing = new TreeSet<>();
          shape.stream()
              .filter(one -> !OnDemand.shape(other).contains(one))
              .forEach(one -> differing.add("+" + one));
          OnDemand.shape(other).stream()
              .filter(one -> !shape.contains(one))
              .forEach(one -> differing.add("-" + one));
          differing.stream().filter(DIFFERENCES::containsKey).forEach(explained::add);
          differing.removeAll(DIFFERENCES.keySet());
          if (!differing.isEmpty()) {
            unexplained.put(name, differing);
          }
          for (String same : Blackbox.SAME) {
            double one = OnDemand.value(mine, same);
            double two = OnDemand.value(other, same);
            boolean both = !Double.isNaN(one) && !Double.isNaN(two);
            if (both && one != two) {
              disagreed.put(name + " " + same, one + ", theirs " + two);
            }
          }
        });
    // Then
    System.out.println("side by side, series for each target: " + names);
    assertEquals(Map.of(), unexplained);
    assertEquals(Map.of(), disagreed);
    assertEquals(DIFFERENCES.keySet(), explained, "a difference that is none any more");
  }

  @Test
  void differencesStandInTheDocument() throws IOException {
    // Given
    String document = Files.readString(Path.of("src/docs/PROMETHEUS.md"));
    // When
    List<String> missing = new ArrayList<>();
    DIFFERENCES.forEach(
        (series, reason) -> {
          String row = "| `" + series.substring(1).split(" ")[0] + "` |";
          if (document.lines().noneMatch(line -> line.startsWith(row))) {
            missing.add(row + " " + reason);
          }
        });
    // Then
    assertEquals(List.of(), missing);
  }

  @Test
  void helpAndTypeAreTheSame() {
    // Given
    Map<String, String> differing = new TreeMap<>();
    Set<String> compared = new TreeSet<>();
    // When
    TARGETS.forEach(
        (name, target) -> {
          Set<String> other = comments(theirs.get(target[1], target[2]));
          Set<String> mine = comments(ours.get(target[0], target[2]).body());
          for (String line : other) {
            String metric = line.split(" ", 3)[1];
            if (mine.stream().anyMatch(one -> one.split(" ", 3)[1].equals(metric))) {
              compared.add(line);
              if (!mine.contains(line)) {
                differing.put(name, line);
              }
            }
          }
        });
    // Then
    assertEquals(Map.of(), differing);
    assertTrue(compared.size() >= 36, compared.toString());
  }

  private static Set<String> comments(String metrics) {
    Set<String> all = new TreeSet<>();
    metrics
        .lines()
        .filter(line -> line.startsWith("#"))
        .forEach(line -> all.add(line.substring(2)));
    return all;
  }

  @Test
  void unusableScrapesMeetTheSameStatus() {
    // Given
    Map<String, String[]> scrapes = new LinkedHashMap<>();
    scrapes.put("unknown module", new String[] {"target=x&module=nothing"});
    scrapes.put("no target", new String[] {"module=http_2xx"});
    scrapes.put(
        "no number",
        new String[] {"target=x&module=http_2xx", "X-Prometheus-Scrape-Timeout-Seconds", "soon"});
    // When
    Map<String, Integer> mine = new LinkedHashMap<>();
    Map<String, Integer> other = new LinkedHashMap<>();
    scrapes.forEach(
        (name, scrape) -> {
          String[] headers =
              scrape.length == 1 ? new String[0] : new String[] {scrape[1], scrape[2]};
          mine.put(name, ours.ask(scrape[0], headers).statusCode());
          other.put(name, theirs.status(scrape[0], headers));
        });
    // Then
    assertEquals(other, mine);
    assertEquals(List.of(400, 400, 500), List.copyOf(mine.values()));
  }
}
