package dev.why502.app;

import dev.why502.conf.DefinitionsReader;
import dev.why502.definition.Endpoint;
import dev.why502.definition.Gateway;
import dev.why502.definition.Request;
import dev.why502.definition.Scheme;
import dev.why502.definition.Target;
import dev.why502.evidence.Route;
import dev.why502.gateway.ConfigFiles;
import dev.why502.gateway.Routed;
import dev.why502.terminal.ExitStatus;
import dev.why502.terminal.SafeText;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints definitions made from a gateway's own configuration; what was left out goes to stderr. */
@Command(
    name = "import",
    description =
        "Prints definitions made from a gateway's own configuration. What is left out is told on"
            + " standard error.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class ImportCommand implements Callable<Integer> {
  /** Names whose resolution is tried; those beyond are connected to at the gateway. */
  private static final int MAX_NAMES = 64;

  @ArgGroup(multiplicity = "1")
  private Source source = new Source();

  /** The one file, by the kind of its gateway. */
  static final class Source {
    @Option(names = "--nginx", paramLabel = "FILE", description = "nginx's main file.")
    private @Nullable Path nginx;

    @Option(names = "--haproxy", paramLabel = "FILE", description = "HAProxy's file.")
    private @Nullable Path haproxy;

    @Option(names = "--apache", paramLabel = "FILE", description = "Apache httpd's main file.")
    private @Nullable Path apache;

    @Option(names = "--caddy", paramLabel = "FILE", description = "Caddy's Caddyfile or JSON.")
    private @Nullable Path caddy;

    Gateway gateway() {
      Gateway.Kind kind =
          nginx != null
              ? Gateway.Kind.NGINX
              : haproxy != null
                  ? Gateway.Kind.HAPROXY
                  : apache != null ? Gateway.Kind.APACHE : Gateway.Kind.CADDY;
      Path file =
          Objects.requireNonNull(
              switch (kind) {
                case NGINX -> nginx;
                case HAPROXY -> haproxy;
                case APACHE -> apache;
                case CADDY, OTHER -> caddy;
              });
      return new Gateway(
          GatewayFinder.name(kind),
          kind,
          file.toAbsolutePath().normalize().toString(),
          null,
          null,
          null);
    }
  }

  /** What was read of a configuration; a problem in words where nothing can be made of it. */
  private record Read(
      @Nullable String problem, ConfigFiles files, List<Routed> routes, Set<String> resolved) {}

  @Override
  public Integer call() {
    Gateway gateway = source.gateway();
    Read read = Rounds.with((vertx, sources) -> read(sources, gateway));
    if (read == null || read.problem() != null) {
      System.err.println(
          "why502: "
              + SafeText.line(
                  gateway.config() + ": " + (read == null ? "could not be read" : read.problem())));
      return ExitStatus.UNUSABLE;
    }
    Imported imported = Imported.of(gateway, read.files(), read.routes(), read.resolved());
    String text = imported.text(ImportCommand::accepted);
    for (String note : imported.notes()) {
      System.err.println("why502: note: " + SafeText.line(note));
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    System.out.write(bytes, 0, bytes.length);
    System.out.flush();
    return 0;
  }

  /** JSON pointers of what our own reader would refuse. */
  private static List<String> accepted(String text) {
    return new DefinitionsReader(name -> null)
            .read(text.getBytes(StandardCharsets.UTF_8), Path.of("").toAbsolutePath())
            .problems()
            .stream()
            .map(problem -> problem.pointer())
            .toList();
  }

  private static Future<Read> read(HostSources sources, Gateway gateway) {
    GatewayReaders readers = sources.readers(gateway.kind());
    if (readers == null) {
      return Future.succeededFuture(
          unusable("configurations of " + gateway.id() + " are not read by this version"));
    }
    return readers
        .config()
        .files(gateway)
        .compose(
            files -> {
              if (!files.access().readable()) {
                return Future.succeededFuture(unusable(unread(gateway, files)));
              }
              return faults(readers, gateway)
                  .compose(
                      faults ->
                          faults.isEmpty()
                              ? routes(sources, readers, gateway, files)
                              : Future.succeededFuture(
                                  unusable(
                                      gateway.id()
                                          + " itself would refuse it: "
                                          + faults.get(0)
                                          + (faults.size() == 1
                                              ? ""
                                              : " (and " + (faults.size() - 1) + " more)"))));
            });
  }

  /** Any route tells the faults of the whole configuration. */
  private static Future<List<String>> faults(GatewayReaders readers, Gateway gateway) {
    Target any = new Target(Scheme.HTTP, Endpoint.of("localhost", 80), "/", "http://localhost/");
    return readers.config().route(gateway, any, Request.GET, null).map(Route::faults);
  }

  private static Future<Read> routes(
      HostSources sources, GatewayReaders readers, Gateway gateway, ConfigFiles files) {
    return readers
        .config()
        .routes(gateway)
        .compose(
            routes ->
                routes.isEmpty()
                    ? Future.succeededFuture(
                        unusable("nothing in it passes requests on, so that nothing is to watch"))
                    : resolved(sources, routes).map(names -> new Read(null, files, routes, names)));
  }

  /** The hosts of the targets that resolve here. */
  private static Future<Set<String>> resolved(HostSources sources, List<Routed> routes) {
    List<String> names =
        routes.stream()
            .map(routed -> routed.target().endpoint().host())
            .distinct()
            .limit(MAX_NAMES)
            .toList();
    Set<String> found = new TreeSet<>();
    List<Future<?>> all = new ArrayList<>();
    for (String name : names) {
      all.add(
          sources
              .resolve(name)
              .onSuccess(
                  resolution -> {
                    if (!resolution.addresses().isEmpty()) {
                      found.add(name);
                    }
                  }));
    }
    return Future.join(all).transform(done -> Future.succeededFuture(Set.copyOf(found)));
  }

  /** The reason may begin with the file, which is named already. */
  private static String unread(Gateway gateway, ConfigFiles files) {
    String why = String.valueOf(files.access().why());
    String file = gateway.config() + ": ";
    return "cannot be read: " + (why.startsWith(file) ? why.substring(file.length()) : why);
  }

  private static Read unusable(String problem) {
    return new Read(problem, ConfigFiles.unread(null, problem), List.of(), Set.of());
  }
}
