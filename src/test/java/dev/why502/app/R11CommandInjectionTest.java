package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.conf.DefinitionsReader;
import dev.why502.conf.Reading;
import dev.why502.definition.Remedy;
import dev.why502.definition.Selection;
import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.Fix;
import dev.why502.diagnosis.Verdict;
import dev.why502.remedy.RemedyRun;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Reliability promise R11: no name from outside becomes a command, an option or a second argument,
 * in what we run, in what a remedy is given, or in what a person pastes into a shell.
 */
@Timeout(60)
class R11CommandInjectionTest {
  private static final List<String> HOSTILE =
      List.of(
          "-x", "$(touch P)", "`touch P`", "a;touch P", "a\ntouch P", "a'b;touch P #", "a|touch P");

  @RegisterExtension static final RealSite SITE = new RealSite();

  /** Names of PM2 and systemd that are none are refused before anything is run with them. */
  @Test
  void hostileNamesInDefinitionsAreRefused() {
    for (String manager : List.of("pm2", "systemd")) {
      for (String hostile : HOSTILE) {
        // Given
        JsonObject probe =
            new JsonObject()
                .put("id", "app")
                .put("target", "http://127.0.0.1:1/")
                .put("process", new JsonObject().put(manager, hostile));
        String json = new JsonObject().put("probes", JsonArray.of(probe)).encode();
        // When
        Reading reading =
            new DefinitionsReader(name -> null)
                .read(json.getBytes(StandardCharsets.UTF_8), Path.of("/"));
        // Then
        assertFalse(reading.accepted(), manager + " " + hostile);
      }
    }
  }

  /** Each name is that of a configuration file and of an upstream, a process, a file and a log. */
  @Test
  void stepsMadeOfHostileNamesDoNothingElse() throws Exception {
    // Given
    site();
    // When
    List<Verdict> verdicts = SITE.round().verdicts();
    // Then
    List<String> steps = new ArrayList<>();
    for (Verdict verdict : verdicts) {
      Fix fix = verdict.fix();
      if (fix != null) {
        steps.addAll(fix.steps());
        if (fix.verify() != null) {
          steps.add(fix.verify());
        }
      }
    }
    assertTrue(steps.size() > HOSTILE.size(), steps.toString());
    Path sandbox = Files.createDirectory(SITE.directory().resolve("sandbox"));
    for (String name : List.of("nginx", "systemctl", "pm2", "curl", "kill")) {
      Path stub = sandbox.resolve(name);
      Files.writeString(stub, "#!/bin/sh\necho ran >> ran\n");
      assertTrue(stub.toFile().setExecutable(true));
    }
    for (String step : steps) {
      assertEquals("", said(sandbox, "sh", "-n", "-c", step), step);
      said(sandbox, "sh", "-c", step);
    }
    assertTrue(Files.exists(sandbox.resolve("ran")), "steps were run");
    assertNothingTouched();
    System.out.println("R11: " + steps.size() + " steps of hostile names run, 0 traps sprung");
  }

  /** A remedy is given a value whole, as one argument, or it is not run. */
  @Test
  void remedyIsGivenNoHostileName() throws Exception {
    // Given
    site();
    Path given = SITE.directory().resolve("given");
    List<Remedy> remedies = new ArrayList<>();
    for (int i = 0; i < HOSTILE.size(); i++) {
      remedies.add(
          new Remedy(
              "correct-" + i,
              Set.of(Cause.GATEWAY_WRONG_PORT.code()),
              new Selection(Set.of("edge-" + i), Map.of()),
              List.of("sh", "-c", "echo \"$@\" >> " + given, "sh", "{file}", "{upstream}"),
              SITE.directory().toString(),
              Map.of(),
              Duration.ofSeconds(5),
              Duration.ZERO,
              60,
              1,
              Remedy.Sureness.CERTAIN));
    }
    try (RemedySite running = new RemedySite(SITE.definitions(), SITE.directory(), remedies)) {
      // When
      running.round();
      RemedyRun run = running.outcome();
      // Then
      // A hyphen in the middle of a path is no option.
      assertEquals("edge-0", run.probe());
      assertEquals(
          List.of(SITE.directory() + "/front/sites/-x backend"), Files.readAllLines(given));
      String unfilled = "the verdict does not give what its arguments ask for";
      List<JsonObject> shown = running.all();
      for (JsonObject other : shown.subList(1, shown.size())) {
        assertEquals(unfilled, other.getString("reason"), other.encode());
      }
      assertTrue(running.ended.isEmpty());
    }
    assertNothingTouched();
  }

  private static void site() throws IOException {
    int edge = SITE.port();
    int backend = SITE.service(RealSiteService.answers(200)).port();
    Path folder = SITE.directory().resolve("front/sites");
    Files.createDirectories(folder);
    for (int i = 0; i < HOSTILE.size(); i++) {
      String hostile = HOSTILE.get(i);
      int wrong = SITE.port();
      // nginx takes no variable and no line feed in the name of an upstream.
      boolean name = !hostile.contains("$") && !hostile.contains("\n") && !hostile.contains("|");
      Files.writeString(
          folder.resolve(hostile),
          """
          upstream "%1$s" { server 127.0.0.1:%2$d; }
          server {
            listen 127.0.0.1:%3$d; server_name edge-%4$d.example;
            location / { proxy_pass http://127.0.0.1:%2$d; }
            location /named { proxy_pass "http://%1$s"; }
          }
          """
              .formatted(name ? hostile : "plain-" + i, wrong, edge, i));
      String target = "http://edge-" + i + ".example:" + edge;
      JsonObject request = new JsonObject().put("connectTo", "127.0.0.1:" + edge);
      SITE.edge("edge-" + i, target + "/", "front", "backend").put("request", request);
      SITE.edge("named-" + i, target + "/named?" + "a=$(touch+P)", "front", "backend")
          .put("request", request);
      String quoted = java.util.regex.Pattern.quote(hostile).replace("\n", "\\n");
      SITE.probe("gone-" + i, "http://127.0.0.1:" + wrong + "/")
          .put("process", new JsonObject().put("command", quoted))
          .put("artifacts", JsonArray.of(folder + "/none/" + hostile.replace("\n", "")))
          .put("logs", JsonArray.of(folder + "/" + hostile.replace("\n", "")));
    }
    SITE.probe("backend", "http://127.0.0.1:" + backend + "/");
    SITE.nginx("front", edge, "    include " + folder + "/*;");
  }

  private static void assertNothingTouched() throws IOException {
    try (Stream<Path> all = Files.walk(SITE.directory())) {
      assertEquals(List.of(), all.filter(one -> one.endsWith("P")).toList());
    }
    assertFalse(Files.exists(Path.of("P")) || Files.exists(Path.of("/P")));
  }

  private static String said(Path directory, String... command) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().put("PATH", directory + ":/usr/bin:/bin");
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readNBytes(65_536), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(10, TimeUnit.SECONDS), "it ends");
    return out;
  }
}
