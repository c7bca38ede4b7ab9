package dev.why502.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.why502.evidence.ServiceLog.About;
import dev.why502.evidence.ServiceLog.Complaint;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class ComplaintsTest {
  private static List<Complaint> in(String... lines) {
    return Complaints.in(List.of(lines), new LogTime(2026));
  }

  static Stream<Arguments> lines() {
    return Stream.of(
        arguments(
            About.PORT_IN_USE, "3000", "Error: listen EADDRINUSE: address already in use :::3000"),
        arguments(
            About.PORT_IN_USE,
            "3002",
            "Error: listen EADDRINUSE: address already in use 127.0.0.1:3002"),
        arguments(
            About.PORT_IN_USE,
            "/run/a.sock",
            "Error: listen EADDRINUSE: address already in use /run/a.sock"),
        arguments(About.PORT_IN_USE, "3000", "Error: listen EADDRINUSE :::3000"),
        arguments(
            About.PORT_IN_USE,
            "3000",
            " \u2a2f Failed to start server\u001b[0m Error: listen EADDRINUSE: address already in use :::3000"),
        arguments(
            About.PORT_IN_USE,
            "8000",
            "ERROR:    [Errno 98] error while attempting to bind on address ('0.0.0.0', 8000): address already in use"),
        arguments(
            About.PORT_IN_USE,
            "8000",
            "[2026-03-01 12:00:00 +0000] [7] [ERROR] Connection in use: ('0.0.0.0', 8000)"),
        arguments(About.PORT_IN_USE, "8080", "listen tcp :8080: bind: address already in use"),
        arguments(
            About.PORT_IN_USE,
            "80",
            "nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)"),
        arguments(About.PORT_IN_USE, "3000", "Port 3000 is in use, trying another one"),
        arguments(
            About.PORT_IN_USE, "8080", "Web server failed to start. Port 8080 was already in use."),
        arguments(
            About.PORT_IN_USE,
            "3000",
            "Address already in use - bind(2) for \"127.0.0.1\" port 3000 (Errno::EADDRINUSE)"),
        arguments(About.PORT_IN_USE, null, "OSError: [Errno 98] Address already in use"),
        arguments(About.PORT_IN_USE, null, "java.net.BindException: Cannot assign"),
        arguments(
            About.BUILD_MISSING,
            ".next",
            "Error: Could not find a production build in the '.next' directory. Try building your app with 'next build' before starting the production server."),
        arguments(
            About.BUILD_MISSING,
            "/srv/app/.next/BUILD_ID",
            "Error: ENOENT: no such file or directory, open '/srv/app/.next/BUILD_ID'"),
        arguments(
            About.BUILD_MISSING,
            "/srv/app/dist/main",
            "Error: Cannot find module '/srv/app/dist/main'"),
        arguments(
            About.BUILD_MISSING,
            "/srv/app/.output/server/index.mjs",
            "Error: Cannot find module '/srv/app/.output/server/index.mjs'"),
        arguments(
            About.BUILD_MISSING, "/srv/app/build", "Error: Cannot find module '/srv/app/build'"),
        arguments(
            About.BUILD_MISSING,
            "target/app.jar",
            "Error: Unable to access jarfile target/app.jar"),
        arguments(
            About.BUILD_MISSING,
            "/srv/app/main.py",
            "python3: can't open file '/srv/app/main.py': [Errno 2] No such file or directory"),
        arguments(About.MODULE_MISSING, "express", "Error: Cannot find module 'express'"),
        arguments(
            About.MODULE_MISSING, "./routes/index", "Error: Cannot find module './routes/index'"),
        arguments(
            About.MODULE_MISSING,
            "/srv/app/node_modules/next/dist/bin/next",
            "Error: Cannot find module '/srv/app/node_modules/next/dist/bin/next'"),
        arguments(
            About.MODULE_MISSING,
            "sharp",
            "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'sharp' imported from /srv/app/dist/main.js"),
        arguments(
            About.MODULE_MISSING,
            "flask_cors",
            "ModuleNotFoundError: No module named 'flask_cors'"),
        arguments(
            About.MODULE_MISSING,
            "com.shop.Main",
            "Caused by: java.lang.ClassNotFoundException: com.shop.Main"),
        arguments(
            About.MODULE_MISSING,
            "puma",
            "kernel_require.rb:54:in `require': cannot load such file -- puma (LoadError)"),
        arguments(
            About.MODULE_MISSING,
            "libssl.so.3",
            "./app: error while loading shared libraries: libssl.so.3: cannot open shared object file"),
        arguments(
            About.VARIABLE_MISSING,
            "DATABASE_URL",
            "error: Environment variable not found: DATABASE_URL."),
        arguments(
            About.VARIABLE_MISSING,
            "JWT_SECRET",
            "Error: Missing required environment variable: JWT_SECRET"),
        arguments(About.VARIABLE_MISSING, "PORT", "Missing env var PORT"),
        arguments(About.VARIABLE_MISSING, "DATABASE_URL", "KeyError: 'DATABASE_URL'"),
        arguments(
            About.VARIABLE_MISSING, "STRIPE_KEY", "Error: process.env.STRIPE_KEY is undefined"),
        arguments(About.VARIABLE_MISSING, "SESSION_SECRET", "Error: SESSION_SECRET must be set"),
        arguments(About.VARIABLE_MISSING, "API_KEY", "Error: API_KEY is required"),
        arguments(
            About.VARIABLE_MISSING, "REDIS_HOST", "panic: REDIS_HOST environment variable not set"),
        arguments(
            About.VARIABLE_MISSING,
            "REDIS_URL",
            "required environment variable \"REDIS_URL\" is not set"),
        arguments(
            About.VARIABLE_MISSING, "S3_BUCKET", "envconfig: required key S3_BUCKET missing value"),
        arguments(
            About.VARIABLE_MISSING,
            "RAILS_MASTER_KEY",
            "key not found: \"RAILS_MASTER_KEY\" (KeyError)"),
        arguments(
            About.VARIABLE_MISSING,
            "shop.db.url",
            "Could not resolve placeholder 'shop.db.url' in value \"${shop.db.url}\""),
        arguments(
            About.DEPENDENCY_REFUSED,
            "127.0.0.1:5432",
            "Error: connect ECONNREFUSED 127.0.0.1:5432"),
        arguments(
            About.DEPENDENCY_REFUSED,
            "::1:6379",
            "[ioredis] Unhandled error event: Error: connect ECONNREFUSED ::1:6379"),
        arguments(
            About.DEPENDENCY_REFUSED, "db.internal", "Error: getaddrinfo ENOTFOUND db.internal"),
        arguments(
            About.DEPENDENCY_REFUSED,
            "10.0.0.5:5432",
            "dial tcp 10.0.0.5:5432: connect: connection refused"),
        arguments(
            About.DEPENDENCY_REFUSED,
            "localhost",
            "psycopg2.OperationalError: connection to server at \"localhost\" (::1), port 5432 failed: Connection refused"),
        arguments(
            About.DEPENDENCY_REFUSED,
            "localhost:6379",
            "redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379. Connection refused."),
        arguments(
            About.PERMISSION, "0.0.0.0:80", "Error: listen EACCES: permission denied 0.0.0.0:80"),
        arguments(
            About.PERMISSION,
            "/srv/app/.env",
            "Error: EACCES: permission denied, open '/srv/app/.env'"),
        arguments(
            About.PERMISSION,
            "/var/lib/x",
            "PermissionError: [Errno 13] Permission denied: '/var/lib/x'"),
        arguments(
            About.OUT_OF_MEMORY,
            null,
            "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory"),
        arguments(
            About.OUT_OF_MEMORY,
            null,
            "Exception in thread \"main\" java.lang.OutOfMemoryError: Java heap space"),
        arguments(About.OUT_OF_MEMORY, null, "Killed"),
        arguments(
            About.SETTING_INVALID,
            "10.9.9.9:3000",
            "Error: listen EADDRNOTAVAIL: address not available 10.9.9.9:3000"),
        arguments(
            About.SETTING_INVALID,
            "shop",
            "error: password authentication failed for user \"shop\""),
        arguments(About.SETTING_INVALID, "--prt", "error: unknown option '--prt'"),
        arguments(
            About.CRASH, null, "TypeError: Cannot read properties of undefined (reading 'x')"),
        arguments(
            About.CRASH,
            null,
            "panic: runtime error: invalid memory address or nil pointer dereference"),
        arguments(About.CRASH, null, "Uncaught Exception: boom"));
  }

  @ParameterizedTest
  @MethodSource("lines")
  void knownErrorIsNamedWithItsSubject(About about, String subject, String line) {
    // When
    List<Complaint> complaints = in(line);
    // Then
    assertEquals(1, complaints.size(), line);
    assertEquals(about, complaints.get(0).about(), line);
    assertEquals(subject, complaints.get(0).subject(), line);
    assertTrue(complaints.get(0).last(), line);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Server listening on http://0.0.0.0:3000",
        "GET /missing 404 in 12ms",
        "NODE_ENV set to production",
        "WARN: REDIS_URL is not set, falling back to memory",
        "SENTRY_DSN not set, using default",
        "    at Module._resolveFilename (node:internal/modules/cjs/loader:1145:15)",
        "",
        "job killed 3 stale sessions after cleaning up",
      })
  void ordinaryLineIsNoComplaint(String line) {
    // When
    List<Complaint> complaints = in(line);
    // Then
    assertEquals(List.of(), complaints);
  }

  @Test
  void reportThatRepeatsIsOneComplaintAndTheLast() {
    // Given
    String[] report = {
      "Error: Could not find a production build in the '.next' directory. Try building your app.",
      "    at setupFsCheck (/srv/shop/node_modules/next/dist/server/filesystem.js:151:19)",
      "    at async initialize (/srv/shop/node_modules/next/dist/server/router-server.js:64:23)",
    };
    List<String> lines =
        Collections.nCopies(15, List.of(report)).stream().flatMap(List::stream).toList();
    // When
    List<Complaint> complaints = Complaints.in(lines, new LogTime(2026));
    // Then
    assertEquals(1, complaints.size());
    assertTrue(complaints.get(0).last());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Server running at http://127.0.0.1:3000/",
        "  \u2713 Ready in 340ms",
        "INFO:     Application startup complete.",
        "Listening on port 3000",
        "Started ShopApplication in 4.2 seconds (process running for 4.9)",
        "GET /api/templates 200 in 12ms",
        "127.0.0.1 - - [01/Mar/2026:12:00:00 +0000] \"GET / HTTP/1.1\" 200 5",
      })
  void complaintBeforeAGoodStartIsNotTheLast(String healthy) {
    // When
    List<Complaint> complaints =
        in("Error: listen EADDRINUSE: address already in use :::3000", healthy, "tick");
    // Then
    assertEquals(1, complaints.size());
    assertFalse(complaints.get(0).last());
  }

  @Test
  void complaintAfterAGoodStartIsTheLast() {
    // When
    List<Complaint> complaints =
        in(
            "Error: Cannot find module 'express'",
            "Node.js v20.20.2",
            "> shop@1.0.0 start",
            "INFO:     Application startup complete.",
            "ERROR:    [Errno 98] error while attempting to bind on address ('0.0.0.0', 8000):"
                + " address already in use",
            "INFO:     Waiting for application shutdown.");
    // Then
    assertEquals(2, complaints.size());
    assertEquals(About.MODULE_MISSING, complaints.get(0).about());
    assertFalse(complaints.get(0).last());
    assertEquals(About.PORT_IN_USE, complaints.get(1).about());
    assertTrue(complaints.get(1).last());
  }

  @Test
  void onlyTheLastOfSeveralReportsIsTheLast() {
    // When
    List<Complaint> complaints =
        in(
            "Error: Cannot find module 'express'",
            "    at x (y.js:1:1) {",
            "  code: 'MODULE_NOT_FOUND',",
            "}",
            "",
            "Node.js v20.20.2",
            "Error: listen EADDRINUSE: address already in use :::3000",
            "    at Server.setupListenHandle [as _listen2] (node:net:1817:16) {",
            "  code: 'EADDRINUSE',",
            "  errno: -98,",
            "  port: 3000",
            "}",
            "",
            "Node.js v20.20.2");
    // Then
    assertEquals(2, complaints.size(), complaints.toString());
    assertFalse(complaints.get(0).last());
    assertTrue(complaints.get(1).last());
    assertEquals("3000", complaints.get(1).subject());
  }

  @Test
  void tracebackIsExplainedByItsLastLine() {
    // When
    List<Complaint> complaints =
        in(
            "Traceback (most recent call last):",
            "  File \"/srv/app/main.py\", line 3, in <module>",
            "    url = os.environ['DATABASE_URL']",
            "  File \"<frozen os>\", line 679, in __getitem__",
            "KeyError: 'DATABASE_URL'");
    // Then
    assertEquals(1, complaints.size(), complaints.toString());
    assertEquals(About.VARIABLE_MISSING, complaints.get(0).about());
    assertTrue(complaints.get(0).last());
  }

  static Stream<Arguments> reports() {
    return Stream.of(
        arguments(
            About.PORT_IN_USE,
            "3000",
            """
            node:events:495
                  throw er; // Unhandled 'error' event
                  ^

            Error: listen EADDRINUSE: address already in use :::3000
                at Server.setupListenHandle [as _listen2] (node:net:1817:16)
            Emitted 'error' event on Server instance at:
                at emitErrorNT (node:net:1797:8)
                at process.processTicksAndRejections (node:internal/process/task_queues:82:21) {
              code: 'EADDRINUSE',
              errno: -98,
              syscall: 'listen',
              address: '::',
              port: 3000
            }

            Node.js v20.20.2
            """),
        arguments(
            About.BUILD_MISSING,
            "/srv/app/dist/main",
            """
            node:internal/modules/cjs/loader:1228
              throw err;
              ^

            Error: Cannot find module '/srv/app/dist/main'
                at Module._resolveFilename (node:internal/modules/cjs/loader:1225:15)
                at node:internal/main/run_main_module:28:49 {
              code: 'MODULE_NOT_FOUND',
              requireStack: []
            }

            Node.js v20.20.2
            """),
        arguments(
            About.MODULE_MISSING,
            "express",
            """
            Error: Cannot find module 'express'
            Require stack:
            - /srv/app/server.js
                at Module._resolveFilename (node:internal/modules/cjs/loader:1225:15) {
              code: 'MODULE_NOT_FOUND',
              requireStack: [ '/srv/app/server.js' ]
            }
            """),
        arguments(
            About.OUT_OF_MEMORY,
            null,
            """
            <--- Last few GCs --->

            [7:0x6a0f000]    12345 ms: Mark-sweep 2046.9 (2083.2) -> 2046.1 (2083.2) MB
            <--- JS stacktrace --->

            FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
             1: 0xb090e0 node::Abort() [node]
            10: 0xe1a2b3 v8::internal::Heap [node]
            """),
        arguments(
            About.PORT_IN_USE,
            "8080",
            """
            ***************************
            APPLICATION FAILED TO START
            ***************************

            Description:

            Web server failed to start. Port 8080 was already in use.

            Action:

            Identify and stop the process that's listening on port 8080.
            """),
        arguments(
            About.PORT_IN_USE,
            "8000",
            """
            INFO:     Started server process [4711]
            INFO:     Waiting for application startup.
            INFO:     Application startup complete.
            ERROR:    [Errno 98] error while attempting to bind on address ('0.0.0.0', 8000): \
            address already in use
            INFO:     Waiting for application shutdown.
            INFO:     Application shutdown complete.
            """));
  }

  @ParameterizedTest
  @MethodSource("reports")
  void wholeReportRepeatedIsOneComplaint(About about, String subject, String report) {
    // Given
    List<String> lines = report.repeat(15).lines().toList();
    // When
    List<Complaint> complaints = Complaints.in(lines, new LogTime(2026));
    // Then
    assertEquals(1, complaints.size(), complaints.toString());
    assertEquals(about, complaints.get(0).about());
    assertEquals(subject, complaints.get(0).subject());
    assertTrue(complaints.get(0).last());
  }

  @Test
  void refusalOfSeveralAddressesNamesEach() {
    // When
    List<Complaint> complaints =
        in(
            "AggregateError [ECONNREFUSED]: ",
            "    at internalConnectMultiple (node:net:1114:18) {",
            "  code: 'ECONNREFUSED',",
            "  [errors]: [",
            "    Error: connect ECONNREFUSED ::1:5432",
            "    Error: connect ECONNREFUSED 127.0.0.1:5432");
    // Then
    assertEquals(
        List.of("::1:5432", "127.0.0.1:5432"),
        complaints.stream().map(Complaint::subject).toList());
  }

  @Test
  void serviceThatTalksOnHasNotDiedOfIt() {
    // Given
    String[] lines = new String[60];
    java.util.Arrays.fill(lines, "processed a job");
    lines[0] = "Error: connect ECONNREFUSED 127.0.0.1:5432";
    // When
    List<Complaint> complaints = in(lines);
    // Then
    assertFalse(complaints.get(0).last());
  }

  static Stream<Arguments> times() {
    return Stream.of(
        arguments("2026-03-01T12:00:00.120Z Error: x", "2026-03-01T12:00:00.120Z"),
        arguments("[2026-03-01 12:00:00 +0100] [7] [ERROR] x", "2026-03-01T11:00:00Z"),
        arguments("1|shop | 2026-03-01T12:00:00+00:00: x", "2026-03-01T12:00:00Z"),
        arguments("h - - [01/Mar/2026:12:00:00 +0000] x", "2026-03-01T12:00:00Z"),
        arguments("{\"level\":50,\"time\":1772366400000,\"msg\":\"x\"}", "2026-03-01T12:00:00Z"));
  }

  @ParameterizedTest
  @MethodSource("times")
  void timeOfALineIsRead(String line, Instant at) {
    // When
    Instant read = new LogTime(2026).of(line);
    // Then
    assertEquals(at, read);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-13-45 99:99:99 x", "Error: x", "", "2026-02-31T00:00:00Z"})
  void lineWithoutAPossibleTimeHasNone(String line) {
    // When
    Instant read = new LogTime(2026).of(line);
    // Then
    org.junit.jupiter.api.Assertions.assertNull(read);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Error: connect postgres://shop:hunter2-x@db:5432/shop",
        "Error: connect postgres://shop:hunter2-x:@/y@db:5432/shop",
        "Error: password=hunter2-x is wrong",
        "Error: {\"db_password\": \"hunter2-x\", \"a\": 1}",
        "Error: DB_PASSWORD='hunter2-x'",
        "Error: api_key: hunter2-x",
        "Error: Authorization: Bearer hunter2-xyz",
        "Error: authorization: 'Basic hunter2-xyz='",
        "Error: GET /x?access_token=hunter2-x&b=1",
        "Error: sent Bearer hunter2-x.hunter2-x",
      })
  void secretsInALineAreMasked(String line) {
    // When
    List<Complaint> complaints = in(line);
    // Then
    assertEquals(1, complaints.size());
    assertFalse(complaints.toString().contains("hunter2"), complaints.toString());
    assertTrue(complaints.get(0).text().contains("***"));
  }

  @Test
  void textIsBoundedAndPlain() {
    // When
    List<Complaint> complaints =
        in("\u001b[31m\u001b]8;;http://x\u0007Error: " + "y".repeat(100_000) + "\u001b[0m");
    // Then
    String text = complaints.get(0).text();
    assertEquals(LogText.MAX_CHARACTERS, text.length());
    assertTrue(text.startsWith("Error: y"));
  }

  @Test
  void manyComplaintsAreBounded() {
    // Given
    List<String> lines =
        Stream.iterate(0, i -> i + 1)
            .limit(1000)
            .map(i -> "Error: Cannot find module 'm" + i + "'")
            .toList();
    // When
    List<Complaint> complaints = Complaints.in(lines, new LogTime(2026));
    // Then
    assertEquals(Complaints.MAX_COMPLAINTS, complaints.size());
    assertEquals("m999", complaints.get(31).subject());
  }
}
