package dev.why502.exporter;

import dev.why502.observation.Phase;
import dev.why502.observation.Presented;
import dev.why502.observation.Visited;
import io.netty.util.NetUtil;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a visit saw as metrics that tcp and http have in common. */
final class Sightings {
  /** Go's zero time, which blackbox_exporter shows for a chain that nobody verified. */
  private static final double NEVER = -62_135_596_800.0;

  private Sightings() {}

  /** Of the first visit of a look. */
  static void address(Gauges gauges, Visited first) {
    String address = first.address();
    gauges.set("probe_dns_lookup_time_seconds", first.millis(Phase.RESOLVE) / 1000);
    gauges.set("probe_ip_protocol", address == null ? 0 : address.indexOf(':') >= 0 ? 6 : 4);
    gauges.set("probe_ip_addr_hash", address == null ? 0 : hash(address));
  }

  /**
   * Of the last one.
   *
   * @param cipher whether the prober says the cipher as well
   */
  static void tls(Gauges gauges, Presented presented, boolean cipher) {
    gauges.set("probe_ssl_earliest_cert_expiry", (double) presented.earliestEnd().getEpochSecond());
    Instant chain = presented.chainEnd();
    gauges.set(
        "probe_ssl_last_chain_expiry_timestamp_seconds",
        chain == null ? NEVER : chain.getEpochSecond());
    gauges.set(
        "probe_ssl_last_chain_info",
        List.of(
            Map.entry("fingerprint_sha256", presented.fingerprintSha256()),
            Map.entry("issuer", presented.issuer()),
            Map.entry("serialnumber", presented.serial()),
            Map.entry("subject", presented.subject()),
            Map.entry("subjectalternative", String.join(",", presented.names()))),
        1);
    gauges.set("probe_tls_version_info", "version", version(presented.protocol()), 1);
    if (cipher) {
      gauges.set("probe_tls_cipher_info", "cipher", presented.cipher(), 1);
    }
  }

  private static String version(String protocol) {
    return switch (protocol) {
      case "TLSv1" -> "TLS 1.0";
      case "TLSv1.1" -> "TLS 1.1";
      case "TLSv1.2" -> "TLS 1.2";
      case "TLSv1.3" -> "TLS 1.3";
      default -> "unknown";
    };
  }

  /** FNV-1a with 32 bits, over the 4 or 16 bytes of the address. */
  static double hash(String address) {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
    int hash = 0x811c9dc5;
    for (byte one : bytes == null ? new byte[0] : bytes) {
      hash = (hash ^ (one & 0xff)) * 0x01000193;
    }
    return Integer.toUnsignedLong(hash);
  }

  static String code(@Nullable Enum<?> value) {
    return value == null ? "" : value.name().toLowerCase(Locale.ROOT);
  }

  /** A line for the journal: where it ended, and how. */
  static String ending(Visited seen) {
    String at = seen.address() == null ? "no address" : seen.address();
    String millis = String.format(Locale.ROOT, " after %.1f ms", seen.durationMillis());
    return seen.failure() == null
        ? at + ": " + (seen.response() == null ? "connected" : "status " + seen.status()) + millis
        : at
            + ": "
            + code(seen.failure())
            + " in phase "
            + code(seen.phase())
            + millis
            + ": "
            + seen.detail();
  }
}
