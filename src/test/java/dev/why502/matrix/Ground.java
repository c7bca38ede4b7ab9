package dev.why502.matrix;

import static java.util.Objects.requireNonNull;

import dev.why502.definition.Gateway;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Where one fault is made in front of one gateway: its site, its services, its definitions. */
final class Ground implements AutoCloseable {
  static final String PATH = "/api/items";

  /** In a network of our own, below the ephemeral ports, nobody else takes one. */
  private static final AtomicInteger PORTS = new AtomicInteger(10_000);

  final Gateway.Kind kind;
  final Path directory;
  final Certificates certificates;
  final Names names;
  final Site site;
  final List<String> mustName = new ArrayList<>();
  final Set<String> mustBeUp = new LinkedHashSet<>();
  private final Program program;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final Map<String, JsonObject> behind = new LinkedHashMap<>();
  private final Map<String, JsonObject> edges = new LinkedHashMap<>();
  private final List<Fault.Making> after = new ArrayList<>();
  private final List<Fault.Making> before = new ArrayList<>();
  private @Nullable RunningGateway gateway;

  /** Whether the gateway is started at all. */
  boolean starts = true;

  /** Whether the untouched route beside the faulty one must stay well. */
  boolean watchesWell = true;

  String timeout = "1500ms";

  Ground(Program program, Path directory, Certificates certificates, Names names)
      throws IOException {
    this.program = program;
    this.kind = program.kind();
    this.directory = Files.createDirectories(directory);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    this.certificates = certificates;
    this.names = names;
    int well = port();
    this.site = new Site(port(), well, port(), certificates.pem("ca"));
    with(Backend.start("127.0.0.1", well, null, Manners.well()));
    edges.put(
        "site", new JsonObject().put("target", "http://" + Site.NAME + ":" + site.port + PATH));
  }

  int port() {
    return PORTS.incrementAndGet();
  }

  <T extends AutoCloseable> T with(T opened) {
    open.push(opened);
    return opened;
  }

  /** A service at a port of its own; the port. */
  int service(Backend.Manner manner) throws IOException {
    int port = port();
    with(Backend.start("127.0.0.1", port, null, manner));
    return port;
  }

  int tlsService(String certificate, Backend.Manner manner) throws Exception {
    int port = port();
    with(Backend.start("127.0.0.1", port, certificates.of(certificate), manner));
    return port;
  }

  /** Sends the route to a port of this host. */
  void sendTo(int port) {
    site.to.add("127.0.0.1:" + port);
  }

  /** The edge probe, to add to. */
  JsonObject edge() {
    return requireNonNull(edges.get("site"));
  }

  JsonObject request() {
    JsonObject edge = edge();
    if (!edge.containsKey("request")) {
      edge.put("request", new JsonObject());
    }
    return edge.getJsonObject("request");
  }

  /** Declares what stands behind the route. */
  JsonObject declare(String id, String target) {
    JsonObject probe = new JsonObject().put("target", target);
    behind.put(id, probe);
    return probe;
  }

  /** Declares a service at a port, which is healthy and must stay so. */
  JsonObject declareWell(int port) {
    mustBeUp.add("backend");
    return declare("backend", "http://127.0.0.1:" + port + PATH);
  }

  JsonObject declareFaulty(int port) {
    return declare("backend", "http://127.0.0.1:" + port + PATH);
  }

  dev.why502.definition.Gateway.Kind kind() {
    return program.kind();
  }

  /** Texts that summary, chain or fix must hold. */
  void name(Object... texts) {
    for (Object text : texts) {
      mustName.add(String.valueOf(text));
    }
  }

  /** What is done when the gateway runs. */
  void then(Fault.Making made) {
    after.add(made);
  }

  /** What is done before each round. */
  void beforeEach(Fault.Making made) {
    before.add(made);
  }

  /** Prepares a round. */
  void prepare() throws Exception {
    for (Fault.Making making : before) {
      making.in(this);
    }
  }

  RunningGateway gateway() {
    return requireNonNull(gateway);
  }

  void start() throws Exception {
    RunningGateway made = with(new RunningGateway(program, site, directory));
    gateway = made;
    if (starts) {
      made.start();
    }
    for (Fault.Making making : after) {
      making.in(this);
    }
  }

  /** What one round is told of the gateway. */
  enum Told {
    ALL,
    NO_LOG,
    NO_CONFIG
  }

  /**
   * Writes definitions.
   *
   * @param told what they tell of the gateway
   */
  Path definitions(Told told) throws IOException {
    JsonArray gateways = new JsonArray();
    JsonObject front =
        new JsonObject()
            .put("id", "front")
            .put("kind", kind.name().toLowerCase(java.util.Locale.ROOT));
    gateways.add(front.put("config", gateway().config().toString()));
    if (told == Told.ALL) {
      front.put("errorLog", gateway().log().toString());
    }
    JsonArray probes = new JsonArray();
    JsonArray upstreams = new JsonArray(List.copyOf(behind.keySet()));
    edges.forEach(
        (id, edge) ->
            probes.add(
                edge.copy().put("id", id).put("gateway", "front").put("upstreams", upstreams)));
    if (told == Told.NO_CONFIG) {
      front.remove("config");
      front.put("errorLog", gateway().log().toString());
    }
    if (watchesWell && told == Told.ALL) {
      probes.add(
          new JsonObject()
              .put("id", "well")
              .put("target", edge().getString("target").replace(PATH, "/well/items"))
              .put("gateway", "front")
              .put("upstreams", new JsonArray().add("well-service")));
      probes.add(
          new JsonObject()
              .put("id", "well-service")
              .put("target", "http://127.0.0.1:" + site.wellPort + "/well/items"));
      mustBeUp.add("well");
      mustBeUp.add("well-service");
    }
    behind.forEach((id, probe) -> probes.add(probe.copy().put("id", id)));
    Path file = directory.resolve("definitions-" + told + ".json");
    Files.writeString(
        file,
        new JsonObject()
            .put("defaults", new JsonObject().put("timeout", timeout))
            .put("gateways", gateways)
            .put("probes", probes)
            .encodePrettily());
    return file;
  }

  @Override
  public void close() {
    while (!open.isEmpty()) {
      AutoCloseable last = open.pop();
      try {
        last.close();
      } catch (Exception stubborn) {
        throw new IllegalStateException(last + " cannot be closed", stubborn);
      }
    }
  }
}
