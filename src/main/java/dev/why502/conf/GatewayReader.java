package dev.why502.conf;

import dev.why502.definition.Gateway;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One entry of {@code gateways}. */
final class GatewayReader {
  static final List<String> KEYS =
      List.of("id", "kind", "config", "errorLog", "accessLog", "admin");

  private final Faults faults;
  private final Path baseDirectory;

  GatewayReader(Faults faults, Path baseDirectory) {
    this.faults = faults;
    this.baseDirectory = baseDirectory;
  }

  @Nullable Gateway read(Json value, Pointer at) {
    Members gateway = Members.of(value, at, faults, KEYS);
    if (gateway == null) {
      return null;
    }
    gateway.require("id");
    gateway.require("kind");
    String id = Ids.read(gateway, faults);
    Gateway.Kind kind = gateway.parsed("kind", GatewayReader::kind);
    String config = gateway.readablePath("config", baseDirectory);
    String errorLog = gateway.readablePath("errorLog", baseDirectory);
    String accessLog = gateway.readablePath("accessLog", baseDirectory);
    String admin = gateway.parsedUnseen("admin", GatewayReader::admin);
    warnOfAbsentSocket(gateway, admin);
    return id == null || kind == null
        ? null
        : new Gateway(id, kind, config, errorLog, accessLog, admin);
  }

  private static Parsed<Gateway.Kind> kind(String text) {
    List<String> known = new ArrayList<>();
    for (Gateway.Kind kind : Gateway.Kind.values()) {
      String name = kind.name().toLowerCase(Locale.ROOT);
      if (name.equals(text)) {
        return Parsed.of(kind);
      }
      known.add(name);
    }
    return Parsed.not("is none of " + String.join(", ", known));
  }

  private void warnOfAbsentSocket(Members gateway, @Nullable String admin) {
    if (admin == null || !(admin.startsWith("/") || admin.startsWith("unix:"))) {
      return;
    }
    String path = admin.startsWith("/") ? admin : admin.substring("unix:".length());
    String obstacle = BoundedFile.obstacle(Path.of(path));
    if (obstacle != null) {
      faults.warn(gateway.at("admin"), "cannot be read: " + obstacle);
    }
  }

  /** A URL, {@code host:port}, or a socket as {@code /path} or {@code unix:/path}. */
  private static Parsed<String> admin(String text) {
    String problem;
    if (text.startsWith("/")) {
      problem = EndpointText.socket(text).problem();
    } else if (text.contains("://")) {
      problem = TargetText.parse(text).problem();
    } else {
      problem = EndpointText.parse(text).problem();
    }
    return problem == null ? Parsed.of(text) : Parsed.not(problem);
  }
}
