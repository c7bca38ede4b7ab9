package dev.why502.evidence;

import java.time.Instant;

/**
 * A fact that bears on a case. Absence of evidence is none: whoever could not look says so in the
 * record itself ({@link Access}).
 */
public sealed interface Evidence
    permits Answer,
        Route,
        IdleConnection,
        OtherRoute,
        LogLine,
        LogAccess,
        GatewayState,
        Listeners,
        SocketFile,
        ProcessState,
        Artifact,
        ServiceLog,
        Resolution,
        Firewall,
        MemoryKills,
        HostState {
  Kind kind();

  /** When it was seen. */
  Instant at();

  /** One line for people. */
  String summary();

  /** The contract's kinds. */
  enum Kind {
    EDGE_RESPONSE("edge-response"),
    UPSTREAM_RESPONSE("upstream-response"),
    GATEWAY_CONFIG("gateway-config"),
    GATEWAY_LOG("gateway-log"),
    GATEWAY_STATE("gateway-state"),
    LISTENER("listener"),
    PROCESS("process"),
    ARTIFACT("artifact"),
    SERVICE_LOG("service-log"),
    DNS("dns"),
    HOST("host");

    private final String code;

    Kind(String code) {
      this.code = code;
    }

    public String code() {
      return code;
    }
  }
}
