package dev.why502.matrix;

import static dev.why502.definition.Gateway.Kind.APACHE;
import static dev.why502.definition.Gateway.Kind.CADDY;

import dev.why502.definition.Gateway;
import dev.why502.diagnosis.Cause;
import io.vertx.core.json.JsonObject;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** The gateway gets no connection. */
final class ConnectFaults {
  private static final int MAX_WAITING = 16;

  private ConnectFaults() {}

  static List<Fault> all() {
    return List.of(
        Fault.of("refused", "nothing listens")
            .is(Cause.UPSTREAM_REFUSED)
            .when(
                ground -> {
                  int dead = ground.port();
                  ground.sendTo(dead);
                  ground.declareFaulty(dead);
                  ground.name("127.0.0.1:" + dead);
                }),
        Fault.of("wrong-port", "the service listens on another port")
            .is(Cause.GATEWAY_WRONG_PORT)
            .configured()
            .when(
                ground -> {
                  int dead = ground.port();
                  int right = ground.service(Manners.well());
                  ground.sendTo(dead);
                  ground.declareWell(right);
                  ground.name(":" + dead, right);
                }),
        Fault.of("wrong-family", "the service listens on ::1 only")
            .is(Cause.GATEWAY_WRONG_ADDRESS)
            .configured()
            .when(
                ground -> {
                  int port = ground.port();
                  ground.with(Backend.start("::1", port, null, Manners.well()));
                  ground.sendTo(port);
                  ground.declare("backend", "http://[::1]:" + port + Ground.PATH);
                  ground.mustBeUp.add("backend");
                  ground.name("127.0.0.1:" + port, "[::1]:" + port);
                }),
        Fault.of("wrong-interface", "the service listens on another address")
            .is(Cause.GATEWAY_WRONG_ADDRESS)
            .configured()
            .when(
                ground -> {
                  int port = ground.port();
                  ground.with(Backend.start("127.0.0.2", port, null, Manners.well()));
                  ground.sendTo(port);
                  ground.declare("backend", "http://127.0.0.2:" + port + Ground.PATH);
                  ground.mustBeUp.add("backend");
                  ground.name("127.0.0.1:" + port, "127.0.0.2:" + port);
                }),
        firewall("reject-reset", "a firewall answers with a reset", "reject with tcp reset")
            .is(Cause.UPSTREAM_REJECTED),
        firewall("reject-port", "a firewall says port unreachable", "reject")
            .is(Cause.UPSTREAM_REJECTED),
        firewall(
                "reject-host",
                "a firewall says host unreachable",
                "reject with icmp type host-unreachable")
            .is(Cause.UPSTREAM_UNREACHABLE),
        firewall("drop", "a firewall drops what is sent", "drop")
            .is(Cause.UPSTREAM_CONNECT_TIMEOUT),
        Fault.of("no-route", "there is no route to the service's network")
            .is(Cause.UPSTREAM_UNREACHABLE)
            .when(
                ground -> {
                  ground.site.to.add("203.0.113.9:8080");
                  ground.declare("backend", "http://203.0.113.9:8080" + Ground.PATH);
                  ground.name("203.0.113.9:8080");
                }),
        Fault.of("backlog-full", "the service's accept queue is full")
            .is(Cause.UPSTREAM_BACKLOG_FULL)
            .when(
                ground -> {
                  int port = ground.port();
                  fill(ground, port);
                  ground.sendTo(port);
                  ground.declareFaulty(port);
                  ground.name(":" + port);
                }),
        Fault.of("egress-rule", "a rule forbids the gateway's user to connect")
            .is(Cause.GATEWAY_DENIED)
            .when(
                ground -> {
                  int port = ground.service(Manners.well());
                  Firewall.output("meta skuid != 0 tcp dport " + port + " reject with tcp reset");
                  ground.sendTo(port);
                  ground.declareWell(port);
                  ground.name(":" + port);
                }),
        Fault.of("socket-missing", "the service's unix socket does not exist")
            .is(Cause.UPSTREAM_SOCKET_MISSING)
            .when(
                ground -> {
                  Path path = ground.directory.resolve("app.sock");
                  socket(ground, path);
                  ground.name(path);
                }),
        Fault.of("socket-stale", "nobody holds the service's unix socket any more")
            .is(Cause.UPSTREAM_SOCKET_MISSING)
            .when(
                ground -> {
                  Path path = ground.directory.resolve("app.sock");
                  Backend.start(path, Manners.well()).close();
                  Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
                  socket(ground, path);
                  ground.name(path);
                }),
        Fault.of("socket-forbidden", "the unix socket's mode keeps the gateway out")
            .is(Cause.GATEWAY_DENIED)
            .when(
                ground -> {
                  Path path = ground.directory.resolve("app.sock");
                  ground.with(Backend.start(path, Manners.well()));
                  Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
                  socket(ground, path);
                  ground.mustBeUp.add("backend");
                  ground.name(path);
                }),
        Fault.of("socket-elsewhere", "the service's unix socket has another path")
            .is(Cause.GATEWAY_WRONG_ADDRESS)
            .configured()
            .when(
                ground -> {
                  Path path = ground.directory.resolve("app.sock");
                  ground.with(Backend.start(path, Manners.well()));
                  Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
                  socket(ground, path);
                  ground.site.to.clear();
                  ground.site.to.add("unix:" + ground.directory.resolve("old.sock"));
                  ground.mustBeUp.add("backend");
                  ground.name(path, "old.sock");
                }),
        Fault.of("name-unknown", "the service's name does not resolve")
            .is(Cause.GATEWAY_UPSTREAM_DNS)
            .when(
                ground -> {
                  int port = ground.port();
                  ground.site.looksUpLate = true;
                  ground.site.to.add("gone.internal:" + port);
                  ground.declare("backend", "http://gone.internal:" + port + Ground.PATH);
                  ground.name("gone.internal");
                }),
        Fault.of("name-moved", "the service's name has another address since")
            .is(Cause.GATEWAY_STALE_ADDRESS)
            .configured()
            .not(CADDY, "it looks the name up for each connection")
            .not(APACHE, "it looks the name up again when a connection fails")
            .when(
                ground -> {
                  int port = ground.port();
                  String name = "app-" + port + ".internal";
                  ground.names.put(name, "127.0.0.9");
                  ground.with(Backend.start("127.0.0.1", port, null, Manners.well()));
                  ground.site.to.add(name + ":" + port);
                  JsonObject backend =
                      ground.declare("backend", "http://" + name + ":" + port + Ground.PATH);
                  backend.put("timeout", "2s");
                  ground.mustBeUp.add("backend");
                  ground.then(started -> started.names.put(name, "127.0.0.1"));
                  ground.name(name);
                  if (ground.kind() != Gateway.Kind.HAPROXY) {
                    // HAProxy's log names no address.
                    ground.name("127.0.0.9:" + port);
                  }
                }));
  }

  private static Fault firewall(String id, String title, String verdict) {
    return Fault.of(id, title)
        .when(
            ground -> {
              int port = ground.service(Manners.well());
              Firewall.input("tcp dport " + port + " " + verdict);
              ground.sendTo(port);
              ground.declareFaulty(port);
              ground.name(":" + port);
            });
  }

  private static void socket(Ground ground, Path path) {
    ground.site.to.add("unix:" + path);
    ground.declare("backend", "unix:" + path + ":" + Ground.PATH);
  }

  private static void fill(Ground ground, int port) throws Exception {
    ServerSocket listener = ground.with(new ServerSocket());
    listener.bind(new InetSocketAddress("127.0.0.1", port), 1);
    for (int i = 0; i < MAX_WAITING; i++) {
      Socket socket = ground.with(new Socket());
      try {
        socket.connect(new InetSocketAddress("127.0.0.1", port), 300);
      } catch (SocketTimeoutException full) {
        return;
      }
    }
    throw new AssertionError("the queue never fills");
  }
}
