package dev.why502.matrix;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A site as every gateway can be told it: one virtual host with a route below {@code /api/}, which
 * a fault distorts, and one below {@code /well/}, which is never touched. What is not set is what a
 * careful owner would have written.
 */
final class Site {
  static final String NAME = "shop.example";
  static final String ROUTE = "/api/";

  final int port;
  final int wellPort;

  /** Where HAProxy's messages go. */
  final int syslogPort;

  /** Virtual host's name. */
  String name = NAME;

  /** Certificate and key of the edge, both null where it speaks plain HTTP. */
  @Nullable Path certificate;

  @Nullable Path key;

  /** Where the route is sent: {@code 127.0.0.1:3001}, {@code [::1]:3001}, {@code unix:/path}. */
  final List<String> to = new ArrayList<>();

  boolean tls;

  /** Whether the prefix of the route is cut off on the way. */
  boolean strips;

  /** Whether the client's Host is passed on. */
  boolean keepsHost = true;

  /** Whether the name of an upstream is looked up while running, not when starting. */
  boolean looksUpLate;

  /** How long it waits for a connection and for an answer. */
  boolean patient;

  /** Authority that the upstream's certificate is held against, null to hold it against none. */
  @Nullable Path trusts;

  /** Name expected of that certificate, and sent as SNI. */
  @Nullable String expects;

  /** Whether SNI is sent. */
  boolean sendsName = true;

  /** What it does with the route instead of passing it on, null to pass it on. */
  @Nullable Own own;

  /** Header of the request that is taken away. */
  @Nullable String drops;

  /** Bytes of a request's body that it takes; 0 for as many as come. */
  int bodyLimit;

  boolean limitsRequests;
  boolean upgrades = true;

  /** Failures after which a peer is out of use, for a long time; 0 for never. */
  int maxFails;

  /** What an active health check asks for, null for none. */
  @Nullable String healthPath;

  /** Marks the first peer as out of use. */
  boolean disabled;

  /** Keeps connections to the upstream open. */
  boolean keepsOpen;

  /** Tries another peer when one fails. */
  boolean failsOver;

  /** As many connections as it takes at once; 0 for its default. */
  int connections;

  /** The authority that everybody trusts. */
  final Path authority;

  Site(int port, int wellPort, int syslogPort, Path authority) {
    this.authority = authority;
    this.port = port;
    this.wellPort = wellPort;
    this.syslogPort = syslogPort;
  }

  String scheme() {
    return tls ? "https" : "http";
  }

  boolean pool() {
    return to.size() > 1 || maxFails > 0 || healthPath != null || disabled || keepsOpen;
  }

  /** An answer of the gateway's own. */
  enum Own {
    UNAVAILABLE,
    FORBIDDEN,
    PASSWORD,
    NOTHING,
    /** No route at all for the path. */
    NO_ROUTE
  }
}
