package dev.why502.gateway.running;

import dev.why502.definition.Gateway.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whose configuration or log a file is, by its name and, where that says nothing, its content. */
public final class ConfigKind {
  private static final int LOOKED_AT_BYTES = 64 * 1024;
  private static final int LOOKED_AT_LINES = 2_000;

  /** First words of lines that one kind of gateway has and the others have not. */
  private static final Map<Kind, Set<String>> WORDS =
      Map.of(
          Kind.NGINX,
          Set.of(
              "events",
              "http",
              "server_name",
              "proxy_pass",
              "worker_processes",
              "upstream",
              "location",
              "worker_connections",
              "error_log",
              "access_log",
              "fastcgi_pass"),
          Kind.HAPROXY,
          Set.of(
              "global",
              "defaults",
              "frontend",
              "backend",
              "listen",
              "default_backend",
              "use_backend",
              "balance",
              "maxconn",
              "stats",
              "acl",
              "option"),
          Kind.APACHE,
          Set.of(
              "serverroot",
              "loadmodule",
              "servername",
              "proxypass",
              "proxypassreverse",
              "documentroot",
              "errorlog",
              "<virtualhost",
              "<ifmodule",
              "<directory",
              "<location",
              "<proxy",
              "customlog",
              "includeoptional",
              "rewriteengine"),
          Kind.CADDY,
          Set.of("reverse_proxy", "file_server", "encode", "handle", "handle_path", "php_fastcgi"));

  private ConfigKind() {}

  /** The kind of a configuration file; null when nothing tells. Blocks. */
  public static @Nullable Kind of(Path file) {
    Path last = file.getFileName();
    String name = last == null ? "" : last.toString().toLowerCase(Locale.ROOT);
    switch (name) {
      case "nginx.conf" -> {
        return Kind.NGINX;
      }
      case "haproxy.cfg" -> {
        return Kind.HAPROXY;
      }
      case "httpd.conf", "apache2.conf" -> {
        return Kind.APACHE;
      }
      case "caddyfile", "caddy.json" -> {
        return Kind.CADDY;
      }
      default -> {}
    }
    if (name.endsWith(".caddyfile")) {
      return Kind.CADDY;
    }
    Kind told = content(head(file));
    return told == null ? named(file) : told;
  }

  /** The kind of gateway that writes a log; null when nothing tells. Blocks. */
  public static @Nullable Kind ofLog(Path file) {
    Kind named = named(file);
    if (named != null) {
      return named;
    }
    for (String line : head(file).split("\n", 20)) {
      if (line.startsWith("{") && line.contains("\"logger\":\"http")) {
        return Kind.CADDY;
      }
      if (line.contains(" haproxy[")) {
        return Kind.HAPROXY;
      }
      if (line.startsWith("[") && line.contains("] [pid ")) {
        return Kind.APACHE;
      }
      if (line.length() > 20 && line.charAt(4) == '/' && line.startsWith(" [", 19)) {
        return Kind.NGINX;
      }
    }
    return null;
  }

  /** By a part of its path that is a gateway's name. */
  private static @Nullable Kind named(Path file) {
    String path = file.toAbsolutePath().toString().toLowerCase(Locale.ROOT);
    for (Map.Entry<String, Kind> name :
        List.of(
            Map.entry("nginx", Kind.NGINX),
            Map.entry("haproxy", Kind.HAPROXY),
            Map.entry("apache", Kind.APACHE),
            Map.entry("httpd", Kind.APACHE),
            Map.entry("caddy", Kind.CADDY))) {
      if (path.contains(name.getKey())) {
        return name.getValue();
      }
    }
    return null;
  }

  static @Nullable Kind content(String text) {
    if (text.stripLeading().startsWith("{") && text.contains("\"apps\"")) {
      return Kind.CADDY;
    }
    Map<Kind, Integer> points = new EnumMap<>(Kind.class);
    for (String line : text.split("\n", LOOKED_AT_LINES)) {
      String plain = line.strip();
      if (plain.isEmpty() || plain.startsWith("#")) {
        continue;
      }
      String word = firstWord(plain);
      for (Map.Entry<Kind, Set<String>> words : WORDS.entrySet()) {
        Kind kind = words.getKey();
        boolean ends = plain.endsWith(";") || plain.endsWith("{");
        // nginx ends what it says by a semicolon or opens a block; of the others none does.
        boolean fits =
            switch (kind) {
              case NGINX -> ends && words.getValue().contains(word);
              case APACHE ->
                  !plain.endsWith(";") && words.getValue().contains(word.toLowerCase(Locale.ROOT));
              case HAPROXY -> !ends && words.getValue().contains(word);
              case CADDY -> !plain.endsWith(";") && words.getValue().contains(word);
              case OTHER -> false;
            };
        if (fits) {
          points.merge(kind, 1, Integer::sum);
        }
      }
    }
    Kind most = null;
    boolean tie = false;
    for (Map.Entry<Kind, Integer> point : points.entrySet()) {
      int best = most == null ? 0 : points.getOrDefault(most, 0);
      tie = point.getValue() == best || (tie && point.getValue() < best);
      most = point.getValue() > best ? point.getKey() : most;
    }
    return tie ? null : most;
  }

  private static String firstWord(String line) {
    int end = 0;
    while (end < line.length() && " \t{;>".indexOf(line.charAt(end)) < 0) {
      end++;
    }
    return line.substring(0, end);
  }

  private static String head(Path file) {
    if (!Files.isRegularFile(file)) {
      return "";
    }
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(LOOKED_AT_BYTES), StandardCharsets.ISO_8859_1);
    } catch (IOException unreadable) {
      return "";
    }
  }
}
