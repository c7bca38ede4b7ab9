package dev.why502.conf;

import dev.why502.definition.Alerting;
import dev.why502.definition.Deadman;
import dev.why502.definition.Definitions;
import dev.why502.definition.Endpoint;
import dev.why502.definition.Gateway;
import dev.why502.definition.Maintenance;
import dev.why502.definition.Probe;
import dev.why502.definition.ProbeModule;
import dev.why502.definition.Reactions;
import dev.why502.definition.Remedy;
import dev.why502.definition.Secrets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads definitions and finds every fault of a file in one go. Never throws for anything that a
 * file may hold.
 */
public final class DefinitionsReader {
  static final List<String> KEYS =
      List.of(
          "$schema",
          "defaults",
          "gateways",
          "probes",
          "control",
          "deadman",
          "notify",
          "maintenance",
          "remedies",
          "probe");

  static final List<String> PROBE_KEYS = List.of("allow", "modules");

  private final Function<String, @Nullable String> environment;

  /**
   * @param environment looks up what {@code ${env:NAME}} names; null where it is not set
   */
  public DefinitionsReader(Function<String, @Nullable String> environment) {
    this.environment = environment;
  }

  /** Reads the file and the files that it names. Blocks. */
  public Reading read(Path file) {
    Path absolute = file.toAbsolutePath();
    Parsed<byte[]> content = BoundedFile.read(absolute, Limits.FILE_BYTES);
    byte[] bytes = content.value();
    if (bytes == null) {
      Problem problem =
          new Problem("", "the definitions, " + file + ", cannot be read: " + content.problem());
      return new Reading(null, List.of(problem), List.of(), Map.of(absolute, Reading.UNREADABLE));
    }
    Reading reading = read(bytes, Objects.requireNonNullElse(absolute.getParent(), absolute));
    Map<Path, String> files = new HashMap<>(reading.files());
    files.put(absolute, BoundedFile.sha256(bytes));
    return new Reading(reading.definitions(), reading.problems(), reading.warnings(), files);
  }

  /**
   * Reads definitions that are already here. Blocks on the files that they name.
   *
   * @param baseDirectory what relative paths are meant from
   */
  public Reading read(byte[] json, Path baseDirectory) {
    Faults faults = new Faults();
    Expansion expansion = new Expansion(environment, baseDirectory, faults);
    Json root = new JsonDocument(expansion, faults).read(json);
    Members top = root == null ? null : Members.of(root, Pointer.ROOT, faults, KEYS);
    Secrets secrets = expansion.secrets();
    Definitions definitions = top == null ? null : definitions(top, baseDirectory, secrets, faults);
    return new Reading(
        faults.none() ? definitions : null,
        faults.problems(secrets),
        faults.warnings(secrets),
        expansion.files());
  }

  private static Definitions definitions(
      Members top, Path baseDirectory, Secrets secrets, Faults faults) {
    top.text("$schema");
    Defaults defaults = Defaults.read(top.object("defaults", Defaults.KEYS), Defaults.BUILT_IN);
    List<Json> gatewayValues = top.array("gateways", Limits.GATEWAYS);
    GatewayReader gatewayReader = new GatewayReader(faults, baseDirectory);
    List<Gateway> gateways = new ArrayList<>();
    for (int i = 0; i < gatewayValues.size(); i++) {
      Gateway gateway = gatewayReader.read(gatewayValues.get(i), top.at("gateways").child(i));
      if (gateway != null) {
        gateways.add(gateway);
      }
    }
    List<Json> probeValues = top.array("probes", Limits.PROBES);
    ProbeReader probeReader = new ProbeReader(faults, baseDirectory, defaults);
    List<Probe> probes = new ArrayList<>();
    for (int i = 0; i < probeValues.size(); i++) {
      Probe probe = probeReader.read(probeValues.get(i), top.at("probes").child(i));
      if (probe != null) {
        probes.add(probe);
      }
    }
    new References(faults).check(gatewayValues, probeValues);
    List<Endpoint> control = top.parsedAll("control", EndpointText::hostAndPort);
    Members onDemand = top.object("probe", PROBE_KEYS);
    List<String> allow =
        onDemand == null ? List.of() : onDemand.parsedAll("allow", AllowText::parse);
    List<ProbeModule> modules =
        onDemand == null
            ? List.of()
            : new ModuleReader(faults, baseDirectory).read(onDemand.anyObject("modules"));
    List<Remedy> remedies =
        new RemedyReader(faults, baseDirectory, probes.stream().map(Probe::id).toList())
            .readAll(top.array("remedies", RemedyReader.MOST), top.at("remedies"));
    Alerting alerting = new AlertingReader(faults, probes).read(top);
    Deadman deadman = DeadmanReader.read(top);
    Maintenance maintenance =
        new MaintenanceReader(faults, probes.stream().map(Probe::id).toList()).read(top);
    if (probeValues.isEmpty()) {
      faults.warn(top.at("probes"), "there is nothing to watch");
    }
    return new Definitions(
        gateways,
        probes,
        control,
        allow,
        modules,
        new Reactions(alerting, maintenance, remedies, deadman),
        secrets.and(undeclared(alerting, deadman)));
  }

  /** Addresses of receivers are passwords, wherever they were written. */
  private static List<String> undeclared(Alerting alerting, @Nullable Deadman deadman) {
    List<String> all = new ArrayList<>(alerting.secrets());
    if (deadman != null) {
      all.add(deadman.url().text());
    }
    return all;
  }
}
