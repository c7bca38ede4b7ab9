package dev.why502.conf;

import dev.why502.definition.Expectation;
import dev.why502.definition.Objective;
import dev.why502.definition.Probe;
import dev.why502.definition.ProcessSelector;
import dev.why502.definition.Request;
import dev.why502.definition.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One entry of {@code probes}. */
final class ProbeReader {
  static final List<String> KEYS =
      List.of(
          "id",
          "target",
          "description",
          "labels",
          "enabled",
          "gateway",
          "upstreams",
          "request",
          "expect",
          "interval",
          "timeout",
          "threshold",
          "process",
          "artifacts",
          "logs",
          "objective");

  static final List<String> PROCESS_KEYS = List.of("pm2", "systemd", "command");

  private static final List<String> SUGGESTIONS =
      Stream.of(
              KEYS.stream(),
              ExpectationReader.KEYS.stream().map(key -> "expect." + key),
              RequestReader.KEYS.stream().map(key -> "request." + key),
              PROCESS_KEYS.stream().map(key -> "process." + key),
              ObjectiveReader.KEYS.stream().map(key -> "objective." + key))
          .flatMap(keys -> keys)
          .toList();

  private static final int LONGEST_LABEL = 128;

  private final Faults faults;
  private final Path baseDirectory;
  private final Defaults defaults;

  ProbeReader(Faults faults, Path baseDirectory, Defaults defaults) {
    this.faults = faults;
    this.baseDirectory = baseDirectory;
    this.defaults = defaults;
  }

  /** Null if it has no usable id or target; other faults leave a probe that nobody will see. */
  @Nullable Probe read(Json value, Pointer at) {
    Members probe = Members.of(value, at, faults, KEYS, SUGGESTIONS);
    if (probe == null) {
      return null;
    }
    probe.require("id");
    probe.require("target");
    String id = Ids.read(probe, faults);
    Target target = probe.parsedUnseen("target", TargetText::parse);
    Members requestMembers = probe.object("request", RequestReader.KEYS);
    Members expectMembers = probe.object("expect", ExpectationReader.KEYS);
    Request request = RequestReader.read(requestMembers, baseDirectory);
    Expectation expect = new ExpectationReader(faults).read(expectMembers);
    Defaults timing = Defaults.read(probe, defaults);
    String description = probe.text("description");
    Map<String, String> labels = labels(probe);
    boolean enabled = probe.flag("enabled", true);
    String gateway = probe.text("gateway");
    List<String> upstreams =
        probe.has("upstreams") ? List.copyOf(probe.parsedAll("upstreams", Parsed::of)) : null;
    ProcessSelector process = process(probe.object("process", PROCESS_KEYS));
    List<String> artifacts = probe.paths("artifacts", baseDirectory);
    List<String> logs = probe.paths("logs", baseDirectory);
    Objective objective = ObjectiveReader.read(probe);
    if (target == null || id == null) {
      return null;
    }
    new Applicability(faults, target.scheme()).check(requestMembers, request, expectMembers);
    warnOfLate(expect, timing.timeout(), at);
    return new Probe(
        id,
        target,
        description,
        labels,
        enabled,
        gateway,
        upstreams,
        request,
        expect,
        timing.interval(),
        timing.timeout(),
        timing.threshold(),
        process,
        artifacts,
        logs,
        objective);
  }

  private void warnOfLate(Expectation expect, Duration timeout, Pointer at) {
    Duration within = expect.within();
    if (within != null && within.compareTo(timeout) >= 0) {
      faults.warn(
          at.child("expect").child("within"),
          "never applies: the timeout, " + DurationText.text(timeout) + ", comes first");
    }
  }

  private static Map<String, String> labels(Members probe) {
    Members labels = probe.anyObject("labels");
    return labels == null
        ? Map.of()
        : Collections.unmodifiableMap(labels.texts(ProbeReader::label, Parsed::of));
  }

  private static Parsed<String> label(String name) {
    return name.isEmpty()
            || name.length() > LONGEST_LABEL
            || name.chars().anyMatch(Character::isISOControl)
        ? Parsed.not("is not a label's name of 1 to " + LONGEST_LABEL + " printable characters")
        : Parsed.of(name);
  }

  private @Nullable ProcessSelector process(@Nullable Members process) {
    if (process == null) {
      return null;
    }
    int named = 0;
    ProcessSelector selector = null;
    for (ProcessSelector.Kind kind : ProcessSelector.Kind.values()) {
      String key = kind.name().toLowerCase(Locale.ROOT);
      if (process.has(key)) {
        named++;
        String name =
            process.parsed(
                key,
                kind == ProcessSelector.Kind.COMMAND ? PatternText::re2 : PatternText::processName);
        selector = name == null ? null : new ProcessSelector(kind, name);
      }
    }
    if (named != 1) {
      faults.add(process.at(), "needs exactly one of " + String.join(", ", PROCESS_KEYS));
    }
    return selector;
  }
}
