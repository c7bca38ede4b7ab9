package dev.why502.diagnosis;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The catalogue of causes. Codes are stable: other programs are written against them. A deeper
 * cause explains a shallower one; see {@link Layer}.
 */
public enum Cause {
  OK("ok", Layer.EXPECTATION, "the probe got what it expects", null, "nothing to do"),
  PROBER_OFFLINE(
      "prober-offline",
      Layer.PROBER,
      "this host reaches none of its non-local targets: two or more of them, or one and a control, fail in name, in route or without any answer to a SYN. One byte, one reset, or a control that connects shows that the network works",
      null,
      "restore this host's own network: link, address, default route, resolver"),
  PROBER_OVERLOADED(
      "prober-overloaded",
      Layer.PROBER,
      "our own run was late by more than max(1 s, half the interval)",
      null,
      "give the prober more processor time, or fewer probes"),
  PROBER_BLIND(
      "prober-blind",
      Layer.PROBER,
      "what is needed to tell could not be read (permissions, another network namespace)",
      null,
      "let the prober read what it needs: its user, its groups, the host's network and process namespaces"),
  EDGE_DNS(
      "edge-dns",
      Layer.EDGE,
      "the edge's name does not resolve",
      null,
      "correct the name's DNS record, or the resolver"),
  EDGE_REFUSED(
      "edge-refused",
      Layer.EDGE,
      "nothing listens at the edge",
      null,
      "start the gateway, or let it listen on this address and port"),
  EDGE_UNREACHABLE(
      "edge-unreachable",
      Layer.EDGE,
      "no route, or rejected on the way",
      null,
      "repair the route to the edge, or the firewall rule that rejects it"),
  EDGE_CONNECT_TIMEOUT(
      "edge-connect-timeout",
      Layer.EDGE,
      "the edge's SYN is never answered",
      null,
      "let the port through the firewall or security group, or start the edge's host"),
  EDGE_TLS_EXPIRED(
      "edge-tls-expired",
      Layer.EDGE,
      "the edge's certificate has expired",
      null,
      "renew the certificate and reload the gateway"),
  EDGE_TLS_WRONG_HOST(
      "edge-tls-wrong-host",
      Layer.EDGE,
      "the edge's certificate is for another name",
      null,
      "serve a certificate that carries this name"),
  EDGE_TLS_UNTRUSTED(
      "edge-tls-untrusted",
      Layer.EDGE,
      "the edge's certificate is not trusted",
      null,
      "serve the whole chain of a certificate that clients trust"),
  EDGE_TLS_HANDSHAKE(
      "edge-tls-handshake",
      Layer.EDGE,
      "the TLS handshake with the edge fails",
      null,
      "let the gateway speak TLS on this port, with a protocol and cipher that clients share"),
  EDGE_RESET(
      "edge-reset",
      Layer.EDGE,
      "the edge closes without a response",
      null,
      "look at the gateway's error log for why it closes connections"),
  EDGE_TIMEOUT(
      "edge-timeout",
      Layer.EDGE,
      "the edge accepts and never answers, and nothing known of its upstream says why",
      null,
      "look at the gateway's processes and their limits"),
  EDGE_INVALID_RESPONSE(
      "edge-invalid-response",
      Layer.EDGE,
      "what came back is not HTTP",
      null,
      "let an HTTP server listen at this port"),
  GATEWAY_BAD_GATEWAY(
      "gateway-bad-gateway",
      Layer.SYMPTOM,
      "502 made by the gateway itself",
      null,
      "look at the gateway's error log for the upstream that failed"),
  GATEWAY_UNAVAILABLE(
      "gateway-unavailable",
      Layer.SYMPTOM,
      "503 made by the gateway itself",
      null,
      "look at the gateway's error log and at the state of its upstreams"),
  GATEWAY_TIMEOUT(
      "gateway-timeout",
      Layer.SYMPTOM,
      "504 made by the gateway itself",
      null,
      "look at the gateway's error log for the upstream that was too slow"),
  GATEWAY_ERROR(
      "gateway-error",
      Layer.SYMPTOM,
      "500 or another error made by the gateway itself",
      null,
      "look at the gateway's error log"),
  GATEWAY_WRONG_PORT(
      "gateway-wrong-port",
      Layer.GATEWAY,
      "it sends to a port where nothing listens; the service listens on another",
      "connection_refused",
      "point the gateway at the port where the service listens"),
  GATEWAY_WRONG_ADDRESS(
      "gateway-wrong-address",
      Layer.GATEWAY,
      "the service is there, at another address (::1, 127.0.0.1, one interface, another host) or another socket path",
      "connection_refused",
      "point the gateway at the address where the service listens"),
  GATEWAY_WRONG_SCHEME(
      "gateway-wrong-scheme",
      Layer.GATEWAY,
      "plain HTTP to a TLS port, or TLS to a plain one",
      "tls_protocol_error",
      "let the gateway speak to the service as the service speaks: http or https"),
  GATEWAY_WRONG_PATH(
      "gateway-wrong-path",
      Layer.GATEWAY,
      "the upstream has the resource; the gateway asks it for another path",
      null,
      "let the gateway send the path that the service has"),
  GATEWAY_WRONG_HOST(
      "gateway-wrong-host",
      Layer.GATEWAY,
      "the upstream answers well under its own Host or SNI, not under what the gateway sends",
      null,
      "let the gateway send the Host and server name that the service knows"),
  GATEWAY_ALTERS_REQUEST(
      "gateway-alters-request",
      Layer.GATEWAY,
      "the upstream answers well to the request itself, not to what the gateway makes of it (a header dropped, a method or body changed)",
      null,
      "let the gateway pass the request on as it came"),
  GATEWAY_LOOP(
      "gateway-loop",
      Layer.GATEWAY,
      "it sends the request to itself",
      null,
      "point the gateway at the service instead of at itself"),
  GATEWAY_NO_ROUTE(
      "gateway-no-route",
      Layer.GATEWAY,
      "another server block, a default page, or no route for this host and path",
      null,
      "give this host and path a server block and location"),
  GATEWAY_MISDIRECTED(
      "gateway-misdirected",
      Layer.GATEWAY,
      "the gateway fails though the declared upstream answers well, and it is not known where the gateway sends",
      null,
      "compare where the gateway sends with where the service listens"),
  GATEWAY_UPSTREAM_DNS(
      "gateway-upstream-dns",
      Layer.GATEWAY,
      "it cannot resolve its upstream's name",
      "dns_error",
      "correct the upstream's name, or the resolver that the gateway uses"),
  GATEWAY_STALE_ADDRESS(
      "gateway-stale-address",
      Layer.GATEWAY,
      "it holds an address that its upstream's name no longer has",
      null,
      "reload the gateway so that it looks the name up again"),
  GATEWAY_STALE_CONFIG(
      "gateway-stale-config",
      Layer.GATEWAY,
      "its config was edited and not reloaded (or does not load)",
      null,
      "test the configuration and reload the gateway"),
  GATEWAY_UPSTREAM_UNTRUSTED(
      "gateway-upstream-untrusted",
      Layer.GATEWAY,
      "it refuses the upstream's certificate",
      "tls_certificate_error",
      "let the gateway trust the upstream's certificate, or renew it with the right name"),
  GATEWAY_DENIED(
      "gateway-denied",
      Layer.GATEWAY,
      "the system forbids it to connect, while others may: permissions of a socket, SELinux, an egress rule for its user",
      "destination_ip_prohibited",
      "permit the gateway's user to connect"),
  GATEWAY_FORBIDS(
      "gateway-forbids",
      Layer.GATEWAY,
      "its own rules answer 401 or 403",
      "http_request_denied",
      "change the access rule, or send the credentials it asks for"),
  GATEWAY_TIMEOUT_TOO_SHORT(
      "gateway-timeout-too-short",
      Layer.GATEWAY,
      "the upstream answers well, but later than the gateway waits",
      "http_response_timeout",
      "make the service faster, or let the gateway wait longer"),
  GATEWAY_HEADER_LIMIT(
      "gateway-header-limit",
      Layer.GATEWAY,
      "the upstream's response header exceeds the gateway's buffer",
      "http_response_header_section_size",
      "shorten the service's response header, or enlarge the gateway's buffer"),
  GATEWAY_BODY_LIMIT(
      "gateway-body-limit",
      Layer.GATEWAY,
      "413: the request exceeds the gateway's limit",
      "http_request_error",
      "raise the gateway's body limit, or send less"),
  GATEWAY_MARKED_DOWN(
      "gateway-marked-down",
      Layer.GATEWAY,
      "it holds its upstream out of use though that answers again",
      "destination_unavailable",
      "wait until the gateway tries its peers again, or reload it; then cure what made them fail"),
  GATEWAY_LIMITED(
      "gateway-limited",
      Layer.GATEWAY,
      "its own request or connection limit answers",
      "connection_limit_reached",
      "raise the limit, or ask less often"),
  GATEWAY_EXHAUSTED(
      "gateway-exhausted",
      Layer.GATEWAY,
      "out of worker connections, file descriptors or local ports",
      "proxy_internal_error",
      "raise the gateway's limit, and find what holds so many connections"),
  GATEWAY_MAINTENANCE(
      "gateway-maintenance",
      Layer.GATEWAY,
      "it answers the error itself by configuration, without asking an upstream",
      null,
      "end the maintenance: remove the fixed answer from the configuration"),
  GATEWAY_MISSING_UPGRADE(
      "gateway-missing-upgrade",
      Layer.GATEWAY,
      "a WebSocket handshake works at the upstream and fails at the edge",
      "http_upgrade_failed",
      "pass Upgrade and Connection on, over HTTP/1.1"),
  UPSTREAM_REFUSED(
      "upstream-refused",
      Layer.UPSTREAM,
      "nothing listens where it should",
      "connection_refused",
      "start the service, or let it listen where the gateway sends"),
  UPSTREAM_REJECTED(
      "upstream-rejected",
      Layer.UPSTREAM,
      "something listens, and a firewall refuses in its name",
      "connection_refused",
      "permit the connection in the firewall of the service's host"),
  UPSTREAM_UNREACHABLE(
      "upstream-unreachable",
      Layer.UPSTREAM,
      "no route to it, or rejected on the way",
      "destination_ip_unroutable",
      "repair the route to the service, or the firewall rule that rejects it"),
  UPSTREAM_CONNECT_TIMEOUT(
      "upstream-connect-timeout",
      Layer.UPSTREAM,
      "its SYN is never answered: dropped",
      "connection_timeout",
      "let the port through the firewall, or start the service's host"),
  UPSTREAM_BACKLOG_FULL(
      "upstream-backlog-full",
      Layer.UPSTREAM,
      "its SYN is never answered: its accept queue is full",
      "connection_timeout",
      "find why the service no longer accepts connections; restarting hides it"),
  UPSTREAM_SOCKET_MISSING(
      "upstream-socket-missing",
      Layer.UPSTREAM,
      "its unix socket does not exist, or nobody holds it",
      "connection_refused",
      "start the service that makes the socket, or correct the socket's path"),
  UPSTREAM_TIMEOUT(
      "upstream-timeout",
      Layer.UPSTREAM,
      "it accepts and does not answer",
      "http_response_timeout",
      "find what the service waits for (a thread dump first; restarting hides it)"),
  UPSTREAM_RESET(
      "upstream-reset",
      Layer.UPSTREAM,
      "it closes or resets before a whole response header",
      "connection_terminated",
      "look at the service's log for why it closes the connection"),
  UPSTREAM_TRUNCATED(
      "upstream-truncated",
      Layer.UPSTREAM,
      "it breaks off or stalls in the body, often under a 200",
      "http_response_incomplete",
      "look at the service's log for why it breaks off"),
  UPSTREAM_INVALID_RESPONSE(
      "upstream-invalid-response",
      Layer.UPSTREAM,
      "what it answers is not valid HTTP",
      "http_protocol_error",
      "let the service answer with valid HTTP"),
  UPSTREAM_WRONG_SERVICE(
      "upstream-wrong-service",
      Layer.UPSTREAM,
      "the port answers, but as another service",
      null,
      "point the gateway at the right service's port, or free the port for it"),
  UPSTREAM_KEEPALIVE_RACE(
      "upstream-keepalive-race",
      Layer.UPSTREAM,
      "only reused connections fail: it closes idle ones while the gateway uses them",
      "connection_terminated",
      "let the service keep idle connections longer than the gateway does"),
  UPSTREAM_ERROR(
      "upstream-error",
      Layer.UPSTREAM,
      "it answers 5xx itself",
      null,
      "look at the service's log: it answers the error itself"),
  UPSTREAM_GATEWAY_ERROR(
      "upstream-gateway-error",
      Layer.UPSTREAM,
      "it is a gateway too, and answers 502, 503 or 504: the fault is one hop further",
      null,
      "diagnose the next hop: what answers is a gateway too"),
  PROCESS_NOT_RUNNING(
      "process-not-running", Layer.PROCESS, "stopped, or not there", null, "start the process"),
  PROCESS_CRASH_LOOP(
      "process-crash-loop",
      Layer.PROCESS,
      "it starts and dies again and again",
      null,
      "read the first error of the service's log and cure it"),
  PROCESS_PORT_CONFLICT(
      "process-port-conflict",
      Layer.PROCESS,
      "another process holds its port",
      null,
      "stop the process that holds the port, or give the service another port"),
  PROCESS_BUILD_MISSING(
      "process-build-missing",
      Layer.PROCESS,
      "a file it needs (a build's output) is not there",
      null,
      "build the service, then start it"),
  PROCESS_MISCONFIGURED(
      "process-misconfigured",
      Layer.PROCESS,
      "it says itself that a variable, module or setting is missing",
      null,
      "give the service the variable, module or setting that it asks for"),
  PROCESS_KILLED(
      "process-killed",
      Layer.PROCESS,
      "the kernel killed it (out of memory)",
      null,
      "give the service more memory, or find the leak"),
  UNEXPECTED_STATUS(
      "unexpected-status",
      Layer.EXPECTATION,
      "the status is not one that is expected",
      null,
      "look at the service's log, or correct what the probe expects"),
  UNEXPECTED_BODY(
      "unexpected-body",
      Layer.EXPECTATION,
      "the body is not what is expected",
      null,
      "look at what the service answers, or correct what the probe expects"),
  UNEXPECTED_HEADER(
      "unexpected-header",
      Layer.EXPECTATION,
      "a header is not what is expected",
      null,
      "look at what the service answers, or correct what the probe expects"),
  SLOW_RESPONSE(
      "slow-response",
      Layer.EXPECTATION,
      "the answer came later than expected",
      null,
      "find what the service waits for"),
  REDIRECT_LOOP(
      "redirect-loop",
      Layer.EXPECTATION,
      "the redirects lead back to themselves or are too many",
      null,
      "correct the redirect: it leads back to itself (often X-Forwarded-Proto is not passed on)"),
  CERTIFICATE_EXPIRING(
      "certificate-expiring",
      Layer.EXPECTATION,
      "the certificate ends soon",
      null,
      "renew the certificate and reload the gateway");

  private static final Map<String, Cause> BY_CODE =
      Arrays.stream(values()).collect(Collectors.toMap(Cause::code, Function.identity()));

  private final String code;
  private final Layer layer;
  private final String meaning;
  private final @Nullable String proxyStatus;
  private final String fix;

  Cause(String code, Layer layer, String meaning, @Nullable String proxyStatus, String fix) {
    this.code = code;
    this.layer = layer;
    this.meaning = meaning;
    this.proxyStatus = proxyStatus;
    this.fix = fix;
  }

  /**
   * Where in the path the cause lies, shallow first: what stands later explains what stands before.
   */
  public enum Layer {
    /** The expectation that failed. */
    EXPECTATION,
    /** Between the prober and the edge. */
    EDGE,
    /** What the gateway answers. */
    SYMPTOM,
    /** The upstream, as seen on the wire. */
    UPSTREAM,
    /** The gateway's own configuration or limits. */
    GATEWAY,
    /** Why the upstream is down. */
    PROCESS,
    /** The prober itself: nothing can be said about anybody else. */
    PROBER
  }

  public String code() {
    return code;
  }

  public Layer layer() {
    return layer;
  }

  /** What it means, in one line. */
  public String meaning() {
    return meaning;
  }

  /** Error type of RFC 9209, 2.3, or null where none fits. */
  public @Nullable String proxyStatus() {
    return proxyStatus;
  }

  /** What to do where nothing more exact is known. */
  public String fix() {
    return fix;
  }

  /** The cause with this code, or null. */
  public static @Nullable Cause of(String code) {
    return BY_CODE.get(code);
  }

  @Override
  public String toString() {
    return code;
  }
}
