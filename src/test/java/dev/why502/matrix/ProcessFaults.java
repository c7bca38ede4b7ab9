package dev.why502.matrix;

import dev.why502.diagnosis.Cause;
import dev.why502.matrix.Apps.App;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Why the service does not run: a real one of Node under the real PM2. */
final class ProcessFaults {
  private static final String BUILD =
      "throw new Error(\"Could not find a production build in the '.next' directory. Try building"
          + " your app with 'next build' before starting the production server.\");\n";

  /** Takes memory until it has none left, in a group of processes that may have little. */
  private static final String GREEDY =
      """
      #!/bin/bash
      for group in /sys/fs/cgroup/memory/%1$s /sys/fs/cgroup/%1$s; do
        mkdir "$group" 2>/dev/null || continue
        echo 80000000 2>/dev/null >"$group/memory.limit_in_bytes" \\
          || echo 80000000 2>/dev/null >"$group/memory.max" || continue
        echo 0 2>/dev/null >"$group/memory.swap.max"
        echo $$ 2>/dev/null >"$group/cgroup.procs" && limited=yes && break
      done
      if [ -n "$limited" ]; then
        %2$s greedy.js
      else
        bash -c 'kill -KILL $$'
      fi
      exit $?
      """;

  /** Beginning of the names of control groups. */
  private static final String GROUPS = "why502-matrix-";

  private ProcessFaults() {}

  /** Takes the control groups away again: they are not the sandbox's alone. */
  static void tidy() throws IOException, InterruptedException {
    Said.of(
        "bash", "-c", "rmdir /sys/fs/cgroup/memory/%1$s* /sys/fs/cgroup/%1$s*".formatted(GROUPS));
  }

  static List<Fault> all() {
    return List.of(
        managed(
                "stopped",
                "PM2 holds it stopped",
                ground -> {
                  App app =
                      Apps.get(ground, "halted", "online", made -> script(made, serves(made)));
                  Said.good("pm2", "stop", app.name());
                  return app;
                })
            .is(Cause.PROCESS_NOT_RUNNING),
        managed(
                "crash-loop",
                "it dies again and again",
                ground ->
                    Apps.get(
                        ground,
                        "crasher",
                        "errored",
                        made -> script(made, "throw new Error('out of luck');\n")))
            .is(Cause.PROCESS_CRASH_LOOP),
        managed("port-conflict", "another process holds its port", ProcessFaults::conflict)
            .is(Cause.PROCESS_PORT_CONFLICT),
        managed(
                "build-missing",
                "its build is missing",
                ground -> Apps.get(ground, "unbuilt", "errored", made -> script(made, BUILD)))
            .is(Cause.PROCESS_BUILD_MISSING),
        managed(
                "module-missing",
                "a module that it needs is missing",
                ground ->
                    Apps.get(
                        ground,
                        "lacking",
                        "errored",
                        made -> script(made, "require('left-behind');\n")))
            .is(Cause.PROCESS_MISCONFIGURED),
        managed(
                "killed",
                "the kernel kills it for its memory",
                ground -> Apps.get(ground, "greedy", "stopped", ProcessFaults::greedy))
            .is(Cause.PROCESS_KILLED),
        managed(
                "listens-elsewhere",
                "its process runs and listens on another port",
                ground -> {
                  int other = ground.port();
                  App app =
                      Apps.get(
                          ground,
                          "elsewhere",
                          "online",
                          made -> {
                            Files.writeString(made.directory().resolve("port"), "" + other);
                            return script(made, Apps.serves(other));
                          });
                  int port = Integer.parseInt(Files.readString(app.directory().resolve("port")));
                  untilListening(port);
                  ground.name(port);
                  return app;
                })
            .is(Cause.GATEWAY_WRONG_PORT),
        managed(
                "stopped-by-signal",
                "its process is stopped by a signal",
                ground -> {
                  App app =
                      Apps.get(ground, "sleeper", "online", made -> script(made, serves(made)));
                  untilListening(app.port());
                  Said.good("kill", "-STOP", String.valueOf(Apps.pid(app.name())));
                  return app;
                })
            .is(Cause.UPSTREAM_TIMEOUT));
  }

  /** Makes or finds the service. */
  private interface Making {
    App in(Ground ground) throws Exception;
  }

  private static Fault managed(String id, String title, Making making) {
    return Fault.of(id, title)
        .when(
            ground -> {
              App app = making.in(ground);
              ground.sendTo(app.port());
              JsonObject backend = ground.declareFaulty(app.port());
              backend.put("process", new JsonObject().put("pm2", app.name()));
              backend.put("logs", new JsonArray().add(app.log().toString()));
              if (id.equals("build-missing")) {
                String build = app.directory().resolve(".next/BUILD_ID").toString();
                backend.put("artifacts", new JsonArray().add(build));
                ground.name("BUILD_ID");
              }
              ground.name(":" + app.port());
            });
  }

  private static String serves(App app) {
    return Apps.serves(app.port());
  }

  private static Path script(App app, String text) throws IOException {
    Path file = app.directory().resolve("app.js");
    Files.writeString(file, text);
    return file;
  }

  private static App conflict(Ground ground) throws Exception {
    return Apps.get(
        ground,
        "latecomer",
        "errored",
        made -> {
          // It is held for as long as the sandbox stands: the others find it so, too.
          Backend.start("127.0.0.1", made.port(), null, Manners.always(404));
          return script(made, serves(made));
        });
  }

  private static Path greedy(App app) throws IOException, InterruptedException {
    Path file = app.directory().resolve("start.sh");
    String node = Said.good("bash", "-c", "type -P node").strip();
    String group = GROUPS + Integer.toHexString(app.directory().toString().hashCode());
    Files.writeString(file, GREEDY.formatted(group, node));
    Files.writeString(
        app.directory().resolve("greedy.js"),
        "const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1));\n");
    return file;
  }

  private static void untilListening(int port) throws InterruptedException {
    for (int i = 0; i < 200; i++) {
      if (RunningGateway.accepts(port)) {
        return;
      }
      new CountDownLatch(1).await(25, TimeUnit.MILLISECONDS);
    }
    throw new AssertionError("nothing listens on " + port);
  }
}
