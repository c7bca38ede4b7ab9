package dev.why502.conf;

import dev.why502.definition.ProbeModule;
import dev.why502.definition.ProbeModule.Label;
import dev.why502.definition.ProbeModule.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The part {@code tcp} of a module. */
final class TcpModuleReader {
  static final List<String> KEYS =
      List.of(
          "query_response", "tls", "tls_config", "preferred_ip_protocol", "ip_protocol_fallback");

  static final List<String> STEP_KEYS =
      List.of("expect", "labels", "expect_bytes", "send", "starttls");

  static final List<String> LABEL_KEYS = List.of("name", "value");

  private static final int MOST_STEPS = 100;
  private static final int MOST_LABELS = 20;

  private final ModuleReader shared;
  private final Faults faults;

  TcpModuleReader(ModuleReader shared, Faults faults) {
    this.shared = shared;
    this.faults = faults;
  }

  ProbeModule read(String name, @Nullable Duration timeout, @Nullable Members tcp) {
    if (tcp != null) {
      shared.known(
          tcp, KEYS, Map.of("source_ip_address", "is not supported: the system chooses it"));
    }
    return new ProbeModule.Tcp(
        name,
        timeout,
        shared.ips(tcp),
        shared.tls(tcp),
        tcp != null && tcp.flag("tls", false),
        tcp == null ? List.of() : steps(tcp));
  }

  private List<Step> steps(Members tcp) {
    List<Step> all = new ArrayList<>();
    List<Json> items = tcp.array("query_response", MOST_STEPS);
    for (int i = 0; i < items.size(); i++) {
      Pointer at = tcp.at("query_response").child(i);
      Members step = Members.of(items.get(i), at, faults, STEP_KEYS);
      if (step != null) {
        all.add(
            new Step(
                step.parsed("expect", PatternText::re2),
                labels(step),
                step.text("expect_bytes"),
                step.text("send"),
                step.flag("starttls", false)));
      }
    }
    return all;
  }

  private List<Label> labels(Members step) {
    List<Label> all = new ArrayList<>();
    List<Json> items = step.array("labels", MOST_LABELS);
    for (int i = 0; i < items.size(); i++) {
      Members label = Members.of(items.get(i), step.at("labels").child(i), faults, LABEL_KEYS);
      if (label == null) {
        continue;
      }
      label.require("name");
      label.require("value");
      String name = label.parsed("name", TcpModuleReader::labelName);
      String value = label.text("value");
      if (name != null && value != null) {
        all.add(new Label(name, value));
      }
    }
    return all;
  }

  private static Parsed<String> labelName(String text) {
    return text.matches("[a-zA-Z_][a-zA-Z0-9_]{0,127}") && !text.startsWith("__")
        ? Parsed.of(text)
        : Parsed.not("is not the name of a label");
  }
}
