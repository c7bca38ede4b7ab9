package dev.why502.web;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the service listens and who may talk to it.
 *
 * @param port 0 for any free one
 * @param token asked of everybody, or null
 * @param allowOrigins origins besides our own, such as {@code https://status.example.com}
 * @param publicUrl where people reach us through a proxy, or null
 * @param tcpBridgePort of the TCP bridge, 0 for any free one, -1 when it is off
 */
public record WebOptions(
    String host,
    int port,
    @Nullable String token,
    List<String> allowOrigins,
    @Nullable String publicUrl,
    int tcpBridgePort,
    Times times,
    Limits limits) {
  public WebOptions {
    allowOrigins = List.copyOf(allowOrigins);
  }

  /** With the limits that are promised. */
  public WebOptions(
      String host,
      int port,
      @Nullable String token,
      List<String> allowOrigins,
      @Nullable String publicUrl,
      int tcpBridgePort,
      Times times) {
    this(host, port, token, allowOrigins, publicUrl, tcpBridgePort, times, Limits.DEFAULT);
  }

  /** For people on this host only. */
  public static WebOptions local(int port) {
    return new WebOptions("127.0.0.1", port, null, List.of(), null, -1, Times.DEFAULT);
  }

  /** Whether nobody but this host can connect. */
  public boolean loopback() {
    return Origins.loopback(host);
  }

  /** Whether what leaves must say nothing about the inside: everybody may read it. */
  public boolean exposed() {
    return token == null && !loopback();
  }

  /**
   * How many peers there may be at one time.
   *
   * @param viewers of the event bus, over all bridges together
   * @param connections to the HTTP port, viewers' among them
   */
  public record Limits(int viewers, int connections) {
    public static final Limits DEFAULT = new Limits(256, 512);
  }

  /**
   * How long we wait for a silent peer.
   *
   * @param pingMillis between two pings to a viewer
   * @param goneMillis without a sign of life before a viewer is dropped
   * @param headMillis from a connection to the end of its first request's head
   */
  public record Times(long pingMillis, long goneMillis, long headMillis) {
    public static final Times DEFAULT = new Times(20_000, 60_000, 10_000);
  }
}
