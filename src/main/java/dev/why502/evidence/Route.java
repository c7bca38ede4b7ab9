package dev.why502.evidence;

import dev.why502.definition.Request.Header;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway's configuration, as it stands on disk, does with one target.
 *
 * @param access whether the configuration could be read; everything else is empty where it could
 *     not
 * @param config the main file
 * @param faults what the gateway itself would refuse, "file:line: message"; with faults the rest is
 *     what could be told all the same
 * @param server the virtual host that handles it, or null
 * @param serverName the name by which it was chosen, null when it is the default for want of a
 *     match
 * @param location the location (or its counterpart) that handles it, or null
 * @param handling what happens there
 * @param pass where it is sent, present with PROXY, FASTCGI and OTHER_PASS
 * @param answerStatus status of RETURN and DENY; 0 else
 * @param limits places that limit requests, connections or body size on the way
 * @param unknown what could not be followed (a variable, a module), in words; with any of them the
 *     route is only probable
 */
public record Route(
    String gateway,
    Instant at,
    Access access,
    @Nullable String config,
    List<String> faults,
    @Nullable Place server,
    @Nullable String serverName,
    @Nullable Place location,
    Handling handling,
    @Nullable Pass pass,
    @Nullable Place answerPlace,
    int answerStatus,
    List<Limit> limits,
    List<String> unknown)
    implements Evidence {

  public Route {
    faults = List.copyOf(faults);
    limits = List.copyOf(limits);
    unknown = List.copyOf(unknown);
  }

  /** What the gateway does with the request. */
  public enum Handling {
    /** Passed on by HTTP. */
    PROXY,
    /** Passed on by FastCGI, uwsgi, SCGI, gRPC or memcached. */
    OTHER_PASS,
    /** Answered by a fixed status or redirect of the configuration. */
    RETURN,
    /** Refused by an access rule. */
    DENY,
    /** Looked up as a file. */
    STATIC,
    /** No server block listens for it. */
    NO_SERVER,
    UNKNOWN
  }

  /**
   * Where and how a request is passed on.
   *
   * @param protocol "http", "https", "fastcgi", "uwsgi", "scgi", "grpc", "grpcs", "memcached"
   * @param place the line of proxy_pass or its counterpart
   * @param group name of the upstream block, or null when the line names the address itself
   * @param peers every address that it may go to, names already resolved (see {@link Peer})
   * @param method sent upstream
   * @param uri request target sent upstream, or null when it could not be followed
   * @param host Host header sent upstream, or null when it could not be followed
   * @param sni server name sent in TLS, null when none is sent
   * @param setHeaders headers that the gateway sets or, with an empty value, drops
   * @param passHeaders whether the client's own headers are passed on
   * @param passBody whether the client's body is passed on
   * @param httpVersion "1.0" or "1.1"
   * @param upgrade whether Upgrade and Connection are passed on for a WebSocket
   * @param keepAlive whether connections to the upstream are kept open
   * @param keepAliveMillis how long the gateway keeps an idle one
   * @param headerBufferBytes limit of the upstream's response header
   * @param verify whether the upstream's certificate is verified
   * @param trusted PEM file used for that, or null
   * @param verifyName name that the certificate must have, or null
   * @param nextUpstream whether a failed attempt is tried at another peer
   * @param intercepts statuses that error_page turns into something else, "502 =200 /sorry"
   * @param stale whether a stale copy may be served when the upstream fails
   * @param bind local address it connects from, or null
   * @param beside directives in the block of {@code place}, by their name in lower case and, where
   *     they set a header, its name ("proxy_set_header host"): what a change replaces instead of
   *     adding a second one. "inherited " stands before what an addition would hide
   */
  public record Pass(
      String protocol,
      Place place,
      @Nullable String group,
      List<Peer> peers,
      String method,
      @Nullable String uri,
      @Nullable String host,
      @Nullable String sni,
      List<Header> setHeaders,
      boolean passHeaders,
      boolean passBody,
      String httpVersion,
      boolean upgrade,
      boolean keepAlive,
      long keepAliveMillis,
      long connectTimeoutMillis,
      long sendTimeoutMillis,
      long readTimeoutMillis,
      int headerBufferBytes,
      boolean verify,
      @Nullable String trusted,
      @Nullable String verifyName,
      boolean nextUpstream,
      List<String> intercepts,
      boolean stale,
      @Nullable String bind,
      Map<String, Place> beside) {
    public Pass {
      peers = List.copyOf(peers);
      setHeaders = List.copyOf(setHeaders);
      intercepts = List.copyOf(intercepts);
      // In one order, whatever map they came in; a case from before there were any has none.
      beside = beside == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(beside));
    }

    /** The same with other peers. */
    public Pass with(List<Peer> others) {
      return new Pass(
          protocol,
          place,
          group,
          others,
          method,
          uri,
          host,
          sni,
          setHeaders,
          passHeaders,
          passBody,
          httpVersion,
          upgrade,
          keepAlive,
          keepAliveMillis,
          connectTimeoutMillis,
          sendTimeoutMillis,
          readTimeoutMillis,
          headerBufferBytes,
          verify,
          trusted,
          verifyName,
          nextUpstream,
          intercepts,
          stale,
          bind,
          beside);
    }

    public boolean tls() {
      return protocol.equals("https") || protocol.equals("grpcs");
    }

    public boolean http() {
      return protocol.equals("http") || protocol.equals("https");
    }
  }

  /**
   * One address that requests are sent to.
   *
   * @param address {@code 127.0.0.1:3001}, {@code [::1]:3001} or {@code unix:/run/app.sock}; null
   *     when its name does not resolve here
   * @param name host name as it is written, or null when an address is written
   * @param runTime whether the gateway resolves the name at run time, not once at start
   * @param place the line of the server directive, or of proxy_pass
   * @param down marked "down" in the configuration
   * @param maxFails failures after which it is left out for failTimeoutMillis; 0 never
   * @param check by which the gateway decides whether it is used, or null
   */
  public record Peer(
      @Nullable String address,
      @Nullable String name,
      int port,
      boolean runTime,
      Place place,
      boolean backup,
      boolean down,
      int maxFails,
      long failTimeoutMillis,
      @Nullable Check check) {
    /** The same peer at an address that its name has. */
    public Peer at(String found) {
      return new Peer(
          found, name, port, runTime, place, backup, down, maxFails, failTimeoutMillis, check);
    }
  }

  /**
   * A health check that the gateway makes of a peer.
   *
   * @param method null when it only connects
   * @param uri null when it only connects
   * @param port where it connects
   */
  public record Check(
      Place place, @Nullable String method, @Nullable String uri, int port, boolean tls) {}

  /**
   * A limit of the gateway on the way of the request.
   *
   * @param value bytes for BODY, else as written
   */
  public record Limit(What what, Place place, long value, int status) {
    /** What is limited. */
    public enum What {
      REQUESTS,
      CONNECTIONS,
      BODY,
      AUTHENTICATION,
      WORKER_CONNECTIONS,
      FILES
    }
  }

  @Override
  public Kind kind() {
    return Kind.GATEWAY_CONFIG;
  }

  @Override
  public String summary() {
    if (!access.readable()) {
      return "the configuration of " + gateway + " could not be read: " + access.why();
    }
    if (pass != null) {
      return pass.place() + ": " + pass.place().text();
    }
    if (answerPlace != null) {
      return answerPlace + ": " + answerPlace.text();
    }
    if (location != null) {
      return location + ": " + location.text();
    }
    if (server != null) {
      return server + ": " + server.text();
    }
    return faults.isEmpty() ? "no server block handles it" : faults.get(0);
  }
}
