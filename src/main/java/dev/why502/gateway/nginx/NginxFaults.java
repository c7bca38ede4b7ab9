package dev.why502.gateway.nginx;

import java.util.List;

final class NginxFaults {
  private NginxFaults() {}

  static List<String> of(NginxConfig config) {
    return List.of();
  }
}
