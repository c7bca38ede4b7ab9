package dev.why502.host;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the ports that a command line tells a service to use; all else of it is dropped. */
final class PortArguments {
  static final int MAX_PORTS = 8;

  /** Of an environment these and no others are read. */
  static final Set<String> VARIABLES = Set.of("PORT", "HTTP_PORT", "SERVER_PORT", "APP_PORT");

  private static final Set<String> TAKE_PORT =
      Set.of("-p", "-P", "--port", "--http-port", "--server.port", "--http.port");
  private static final Set<String> TAKE_ADDRESS =
      Set.of("-b", "--bind", "-l", "--listen", "-H", "--addr", "--address");
  private static final Set<String> WITH_EQUALS =
      Set.of(
          "--port",
          "--http-port",
          "--server.port",
          "--http.port",
          "-Dserver.port",
          "-Dhttp.port",
          "-Dquarkus.http.port",
          "-Dport",
          "PORT",
          "--bind",
          "--listen",
          "--addr");

  private PortArguments() {}

  static Set<Integer> of(List<String> arguments) {
    Set<Integer> ports = new LinkedHashSet<>();
    for (int i = 0; i < arguments.size() && ports.size() < MAX_PORTS; i++) {
      String argument = arguments.get(i);
      String next = i + 1 < arguments.size() ? arguments.get(i + 1) : "";
      int equals = argument.indexOf('=');
      Integer port = null;
      if (TAKE_PORT.contains(argument)) {
        port = port(next);
      } else if (TAKE_ADDRESS.contains(argument)) {
        port = portOfAddress(next);
      } else if (equals > 0 && WITH_EQUALS.contains(argument.substring(0, equals))) {
        port = portOfAddress(argument.substring(equals + 1));
      } else if (argument.startsWith("-p") && argument.length() > 2) {
        port = port(argument.substring(2));
      }
      if (port != null) {
        ports.add(port);
      }
    }
    return ports;
  }

  /** The ports of an environment: its entries are NAME=VALUE. */
  static Set<Integer> ofEnvironment(List<String> entries) {
    Set<Integer> ports = new LinkedHashSet<>();
    for (String entry : entries) {
      int equals = entry.indexOf('=');
      if (equals > 0
          && ports.size() < MAX_PORTS
          && VARIABLES.contains(entry.substring(0, equals))) {
        Integer port = port(entry.substring(equals + 1));
        if (port != null) {
          ports.add(port);
        }
      }
    }
    return ports;
  }

  private static @Nullable Integer portOfAddress(String text) {
    return port(text.substring(text.lastIndexOf(':') + 1));
  }

  /** A number from 1 to 65535, or null. */
  static @Nullable Integer port(String text) {
    if (text.isEmpty() || text.length() > 5) {
      return null;
    }
    int port = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return null;
      }
      port = port * 10 + (c - '0');
    }
    return port >= 1 && port <= 65535 ? port : null;
  }
}
