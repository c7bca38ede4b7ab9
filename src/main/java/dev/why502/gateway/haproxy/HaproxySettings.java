package dev.why502.gateway.haproxy;

import dev.why502.evidence.Access;
import dev.why502.gateway.ConfigFiles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a configuration says of its own logs, pid file, user and stats socket. */
final class HaproxySettings {
  private HaproxySettings() {}

  static ConfigFiles of(HaproxyConfig config) {
    String denied = config.denied();
    List<ConfigFiles.Seen> files = config.files().seen();
    String pid = config.globalValue("pidfile");
    String user = config.globalValue("user");
    return new ConfigFiles(
        denied == null ? Access.GRANTED : Access.denied(denied),
        config.path(),
        files,
        denied == null && config.unread().isEmpty(),
        pid == null || !HaproxyText.known(pid) ? null : HaproxyText.shown(pid),
        user == null || !HaproxyText.known(user) ? null : HaproxyText.shown(user),
        // HAProxy writes no files: whatever takes its syslog messages does.
        List.of(),
        List.of(),
        admin(config),
        0);
  }

  /** The stats socket that lets most be seen, as a path or {@code host:port}; null for none. */
  private static @org.jspecify.annotations.Nullable String admin(HaproxyConfig config) {
    String best = null;
    for (HaproxyLine line : config.global("stats", "socket")) {
      HaproxyAddress address = HaproxyAddress.parse(line.arg(2));
      if (address.fault() != null) {
        continue;
      }
      String text = address.socket();
      if (text == null) {
        String host = address.host().isEmpty() ? "127.0.0.1" : address.host();
        text = HaproxyAddress.text(host, address.port());
      }
      boolean user = line.after("level").equals("user");
      if (best == null || !user) {
        best = HaproxyText.shown(text);
      }
      if (!user) {
        break;
      }
    }
    return best;
  }

  static Map<String, String> serverAddresses(HaproxyConfig config) {
    Map<String, String> all = new LinkedHashMap<>();
    for (HaproxyProxy backend : config.proxies()) {
      if (!backend.backend()) {
        continue;
      }
      for (HaproxyServer server : HaproxyServers.of(config, backend)) {
        HaproxyAddress address = server.address();
        if (address.fault() == null && (address.socket() != null || address.port() > 0)) {
          all.putIfAbsent(
              HaproxyText.shown(backend.name() + "/" + server.name()),
              address.socket() != null
                  ? "unix:" + HaproxyText.shown(address.socket())
                  : HaproxyAddress.text(HaproxyText.shown(address.host()), address.port()));
        }
      }
    }
    return all;
  }
}
