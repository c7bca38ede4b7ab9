package dev.why502.conf;

import dev.why502.definition.IpChoice;
import dev.why502.definition.ProbeModule;
import dev.why502.definition.TlsTerms;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The key {@code probe.modules}, in the shape of blackbox_exporter's configuration
 * (prometheus/blackbox_exporter, CONFIGURATION.md). What of it is not supported is a fault that
 * says so: a module that ignored a part of itself would answer another question than its owner's.
 */
final class ModuleReader {
  static final List<String> KEYS = List.of("prober", "timeout", "http", "tcp");

  static final List<String> TLS_KEYS =
      List.of("insecure_skip_verify", "ca_file", "server_name", "min_version", "max_version");

  private static final int MOST_MODULES = 1_000;
  private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(2);

  private static final Map<String, String> UNSUPPORTED =
      Map.of(
          "icmp", "is not supported: the probers here are http and tcp",
          "dns", "is not supported: the probers here are http and tcp",
          "grpc", "is not supported: the probers here are http and tcp",
          "unix", "is not supported: the probers here are http and tcp",
          "websocket", "is not supported: the probers here are http and tcp");

  private static final String CLIENT_CERTIFICATE =
      "is not supported: no client certificate is sent";

  private static final Map<String, String> TLS_UNSUPPORTED =
      Map.of(
          "ca", "is not supported: write the path of a file as ca_file",
          "ca_ref", "is not supported",
          "cert", CLIENT_CERTIFICATE,
          "cert_file", CLIENT_CERTIFICATE,
          "cert_ref", CLIENT_CERTIFICATE,
          "key", CLIENT_CERTIFICATE,
          "key_file", CLIENT_CERTIFICATE,
          "key_ref", CLIENT_CERTIFICATE);

  private final Faults faults;
  private final Path baseDirectory;

  ModuleReader(Faults faults, Path baseDirectory) {
    this.faults = faults;
    this.baseDirectory = baseDirectory;
  }

  List<ProbeModule> read(@Nullable Members modules) {
    List<ProbeModule> all = new ArrayList<>();
    if (modules == null) {
      return all;
    }
    for (String name : modules.keys()) {
      modules.checkKey(name, ModuleReader::name);
      if (all.size() == MOST_MODULES) {
        faults.add(modules.at(), "has more than " + MOST_MODULES + " modules");
        return all;
      }
      Members module = modules.anyObject(name);
      if (module != null) {
        all.add(module(name, module));
      }
    }
    return all;
  }

  private ProbeModule module(String name, Members module) {
    known(module, KEYS, UNSUPPORTED);
    module.require("prober");
    String prober = Objects.requireNonNullElse(module.parsed("prober", this::prober), "http");
    Duration timeout = module.duration("timeout", Limits.SHORTEST_TIMEOUT, LONGEST_TIMEOUT);
    String other = prober.equals("http") ? "tcp" : "http";
    if (module.has(other)) {
      faults.add(module.at(other), "does not belong to the prober " + prober);
    }
    Members part = module.anyObject(prober);
    return prober.equals("http")
        ? new HttpModuleReader(this, faults).read(name, timeout, part)
        : new TcpModuleReader(this, faults).read(name, timeout, part);
  }

  /** Says of each key that is not known which one may be meant, or why it is not supported. */
  void known(Members object, List<String> keys, Map<String, String> unsupported) {
    for (String key : object.keys()) {
      String why = unsupported.get(key);
      if (why != null) {
        faults.add(object.at(key), why);
      } else if (!keys.contains(key)) {
        String nearest = Nearest.of(key, keys);
        faults.add(object.at(key), "unknown key; the nearest known one is \"" + nearest + '"');
      }
    }
  }

  IpChoice ips(@Nullable Members part) {
    if (part == null) {
      return IpChoice.DEFAULT;
    }
    String family = part.parsed("preferred_ip_protocol", ModuleReader::family);
    return new IpChoice(!"ip4".equals(family), part.flag("ip_protocol_fallback", true));
  }

  TlsTerms tls(@Nullable Members part) {
    Members tls = part == null ? null : part.anyObject("tls_config");
    if (tls == null) {
      return TlsTerms.DEFAULT;
    }
    known(tls, TLS_KEYS, TLS_UNSUPPORTED);
    return new TlsTerms(
        tls.flag("insecure_skip_verify", false),
        tls.readablePath("ca_file", baseDirectory),
        tls.parsed("server_name", HostText::parse),
        tls.parsed("min_version", text -> version(text, true)),
        tls.parsed("max_version", text -> version(text, false)));
  }

  private Parsed<String> prober(String text) {
    if (text.equals("http") || text.equals("tcp")) {
      return Parsed.of(text);
    }
    String why = UNSUPPORTED.get(text);
    return Parsed.not(why == null ? "is not \"http\" or \"tcp\"" : why);
  }

  private static Parsed<String> name(String text) {
    return text.isEmpty()
            || text.length() > Limits.ID_CHARACTERS
            || text.chars().anyMatch(c -> c <= ' ' || c == 0x7f)
        ? Parsed.not("is not the name of a module")
        : Parsed.of(text);
  }

  private static Parsed<String> family(String text) {
    return text.equals("ip4") || text.equals("ip6")
        ? Parsed.of(text)
        : Parsed.not("is not \"ip4\" or \"ip6\"");
  }

  /** In Java's words. The versions before 1.2 are not spoken by any Java of today. */
  private static Parsed<String> version(String text, boolean least) {
    Map<String, String> versions = new TreeMap<>(Map.of("TLS12", "TLSv1.2", "TLS13", "TLSv1.3"));
    if (least) {
      versions.put("TLS10", "TLSv1.2");
      versions.put("TLS11", "TLSv1.2");
    }
    String version = versions.get(text);
    return version == null
        ? Parsed.not("is not one of " + String.join(", ", versions.keySet()))
        : Parsed.of(version);
  }
}
