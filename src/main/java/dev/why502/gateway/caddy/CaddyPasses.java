package dev.why502.gateway.caddy;

import dev.why502.definition.Request.Header;
import dev.why502.evidence.Place;
import dev.why502.evidence.Route;
import dev.why502.evidence.Route.Check;
import dev.why502.evidence.Route.Handling;
import dev.why502.evidence.Route.Peer;
import dev.why502.gateway.ByteText;
import dev.why502.gateway.Ip;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a reverse_proxy sends, and where to (modules/caddyhttp/reverseproxy). Times that are not
 * limited are -1.
 */
final class CaddyPasses {
  private static final long DEFAULT_DIAL_MILLIS = 3_000;
  private static final long DEFAULT_IDLE_MILLIS = 120_000;

  /** Of Go's http.Transport. */
  private static final int DEFAULT_HEADER_BYTES = 10 * 1024 * 1024;

  private static final int MAX_PEERS = 256;
  private static final Set<String> HOP =
      Set.of(
          "connection",
          "proxy-connection",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /** Of these what is kept where a client asks for another protocol. */
  private static final Set<String> SWITCHING = Set.of("connection", "upgrade");

  private final CaddyRequest request;
  private final CaddyDraft draft;

  CaddyPasses(CaddyRequest request, CaddyDraft draft) {
    this.request = request;
    this.draft = draft;
  }

  void build(CaddyNode handler) {
    Place place = place(handler);
    CaddyNode transport = handler.node("transport");
    CaddyNode settings = transport == null ? new CaddyNode(null) : transport;
    String kind = settings.text("protocol", "http");
    CaddyNode tls = settings.node("tls");
    boolean fastCgi = kind.equals("fastcgi");
    String protocol = fastCgi ? "fastcgi" : tls == null ? "http" : "https";
    if (!fastCgi && !kind.equals("http")) {
      draft.unknown("what the transport " + kind + " does (" + place + ") is not known");
    }
    peers(handler, place, tls != null);
    CaddyRequest sent = request.copy();
    List<Header> before = arrived(sent);
    CaddyNode rewrite = handler.node("rewrite");
    String trouble = rewrite == null ? null : new CaddyRewrite(sent).apply(rewrite);
    if (trouble != null) {
      draft.unknown(place + ": " + trouble);
    }
    boolean bodyless = rewrite != null && (sent.method.equals("GET") || sent.method.equals("HEAD"));
    upstreamNames(sent);
    List<Header> set = headers(handler, sent, before);
    boolean upgrade =
        !request.values("Upgrade").isEmpty() && set.stream().noneMatch(CaddyPasses::dropsUpgrade);
    long read = millis(settings, "response_header_timeout");
    CaddyNode alive = settings.node("keep_alive");
    boolean kept = alive == null || !Boolean.FALSE.equals(alive.get("enabled"));
    String verifyName = tls == null ? null : verifyName(tls);
    CaddyNode balancing = handler.node("load_balancing");
    boolean retries =
        balancing != null
            && (balancing.millis("try_duration", 0) > 0 || balancing.number("retries", 0) > 0);
    List<String> versions = settings.texts("versions");
    long bytes = settings.number("max_response_header_size", 0);
    draft.handling = fastCgi ? Handling.OTHER_PASS : Handling.PROXY;
    draft.pass =
        new Route.Pass(
            protocol,
            place,
            null,
            List.of(),
            sent.method,
            trouble == null ? sent.uri() : null,
            sent.authority.isEmpty() ? null : sent.authority,
            verifyName != null && !Ip.literal(verifyName) ? verifyName : null,
            set,
            true,
            !bodyless,
            !versions.isEmpty() && !versions.contains("1.1") ? "2" : "1.1",
            upgrade,
            kept && !fastCgi,
            alive == null ? DEFAULT_IDLE_MILLIS : alive.millis("idle_timeout", DEFAULT_IDLE_MILLIS),
            dial(settings),
            millis(settings, "write_timeout"),
            fastCgi || read < 0 ? longest(read, millis(settings, "read_timeout")) : read,
            bytes <= 0 ? DEFAULT_HEADER_BYTES : (int) Math.min(Integer.MAX_VALUE, bytes),
            tls != null && !tls.on("insecure_skip_verify"),
            tls == null ? null : trusted(tls),
            verifyName,
            retries && draft.peers.size() > 1,
            handledResponses(handler),
            false,
            settings.text("local_address"),
            beside(handler, rewrite != null && rewrite.has("uri")));
  }

  /** With more than one line that makes another path, none of them alone is the one to change. */
  private Map<String, Place> beside(CaddyNode handler, boolean rewrites) {
    Map<String, Place> beside = new HashMap<>(draft.around);
    beside.putAll(handler.beside());
    if (draft.rewritings + (rewrites ? 1 : 0) > 1) {
      beside.keySet().removeAll(CaddyBeside.REWRITING);
    }
    return beside;
  }

  private Place place(CaddyNode handler) {
    Place own = handler.place();
    if (own != null) {
      return own;
    }
    return draft.server == null ? new Place("", 1, "reverse_proxy", null) : draft.server;
  }

  /** Either may end the wait. */
  private static long longest(long a, long b) {
    return a < 0 ? b : b < 0 ? a : Math.min(a, b);
  }

  private static long dial(CaddyNode settings) {
    long millis = settings.millis("dial_timeout", 0);
    return millis > 0 ? millis : DEFAULT_DIAL_MILLIS;
  }

  private static long millis(CaddyNode settings, String name) {
    long millis = settings.millis(name, 0);
    return millis > 0 ? millis : -1;
  }

  private static @Nullable String trusted(CaddyNode tls) {
    List<String> files = tls.texts("root_ca_pem_files");
    CaddyNode pool = tls.node("ca");
    List<String> pooled = pool == null ? List.of() : pool.texts("pem_files");
    return !files.isEmpty() ? files.get(0) : pooled.isEmpty() ? null : pooled.get(0);
  }

  /** The name asked for and verified: the configured one, else the upstream's. */
  private @Nullable String verifyName(CaddyNode tls) {
    String named = tls.text("server_name");
    if (named != null && !named.isEmpty()) {
      return new CaddyPlaceholders(request).text(named);
    }
    if (draft.peers.isEmpty()) {
      return null;
    }
    Peer first = draft.peers.get(0);
    if (first.name() != null) {
      return first.name();
    }
    String address = first.address();
    return address == null || address.startsWith("unix:")
        ? null
        : CaddyAddress.HostPort.split(address).host();
  }

  private void peers(CaddyNode handler, Place place, boolean tls) {
    CaddyNode health = handler.node("health_checks");
    CaddyNode passive = health == null ? null : health.node("passive");
    CaddyNode active = health == null ? null : health.node("active");
    long failMillis = passive == null ? 0 : passive.millis("fail_duration", 0);
    int maxFails =
        failMillis <= 0 || passive == null ? 0 : (int) Math.max(1, passive.number("max_fails", 1));
    if (handler.has("dynamic_upstreams")) {
      draft.unknown("which upstreams " + place + " finds at run time is not known");
    }
    for (CaddyNode upstream : handler.nodes("upstreams")) {
      Place at = upstream.place() == null ? place : upstream.place();
      String dial = new CaddyPlaceholders(request).text(upstream.text("dial", ""));
      if (upstream.has("lookup_srv") || dial == null || dial.isEmpty()) {
        draft.unknown(
            "the upstream "
                + upstream.text("dial", upstream.text("lookup_srv", ""))
                + " ("
                + at
                + ") is not known");
      } else if (draft.peers.size() < MAX_PEERS) {
        CaddyDial parsed = CaddyDial.parse(dial);
        if (parsed == null) {
          draft.unknown("the upstream " + dial + " (" + at + ") could not be followed");
          continue;
        }
        draft.peers.add(
            new Peer(
                parsed.address(),
                parsed.name(),
                parsed.port(),
                parsed.name() != null,
                at,
                false,
                false,
                maxFails,
                failMillis,
                check(
                    active, handler.beside().getOrDefault("health_uri", at), parsed.port(), tls)));
      }
    }
  }

  private static @Nullable Check check(
      @Nullable CaddyNode active, Place place, int port, boolean tls) {
    if (active == null) {
      return null;
    }
    String uri = active.text("uri", active.text("path", ""));
    long other = active.number("port", 0);
    if (uri.isEmpty() && other == 0) {
      return null;
    }
    return new Check(
        place,
        active.text("method", "GET"),
        uri.isEmpty() ? "/" : uri.startsWith("/") ? uri : "/" + uri,
        other > 0 ? (int) other : port,
        tls);
  }

  private void upstreamNames(CaddyRequest sent) {
    if (draft.peers.isEmpty()) {
      return;
    }
    Peer first = draft.peers.get(0);
    boolean socket = first.address() != null && first.address().startsWith("unix:");
    if (socket) {
      return;
    }
    String host =
        first.name() != null
            ? first.name()
            : CaddyAddress.HostPort.split(String.valueOf(first.address())).host();
    String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    sent.found.put("http.reverse_proxy.upstream.hostport", shown + ":" + first.port());
    sent.found.put("http.reverse_proxy.upstream.address", shown + ":" + first.port());
    sent.found.put("http.reverse_proxy.upstream.host", host);
    sent.found.put("http.reverse_proxy.upstream.port", String.valueOf(first.port()));
  }

  private static boolean dropsUpgrade(Header set) {
    return set.value().isEmpty() && SWITCHING.contains(ByteText.lower(set.name()));
  }

  /** The client's fields as Caddy passes them on before header_up, and those it adds itself. */
  private List<Header> arrived(CaddyRequest sent) {
    List<Header> fields = new ArrayList<>();
    boolean upgrades = !sent.values("Upgrade").isEmpty();
    for (Header header : sent.headers) {
      String name = ByteText.lower(header.name());
      boolean hop = HOP.contains(name) && !(upgrades && SWITCHING.contains(name));
      if (!hop && !name.startsWith("x-forwarded-") && !name.equals("host")) {
        fields.add(header);
      }
    }
    if (request.client != null) {
      fields.add(new Header("X-Forwarded-For", request.client));
    }
    fields.add(new Header("X-Forwarded-Proto", request.tls ? "https" : "http"));
    fields.add(new Header("X-Forwarded-Host", sent.authority));
    return fields;
  }

  /** What differs from the client's own fields; with an empty value what is dropped. */
  private List<Header> headers(CaddyNode handler, CaddyRequest sent, List<Header> before) {
    CaddyNode ops = handler.node("headers");
    CaddyNode upward = ops == null ? null : ops.node("request");
    List<Header> after = before;
    if (upward != null) {
      after =
          new CaddyHeaderOps(sent, new CaddyPlaceholders(sent), draft::unknown)
              .applied(before, upward);
    }
    List<Header> set = new ArrayList<>();
    for (Header header : after) {
      if (!request.originalHeaders().contains(header)) {
        boolean secret = CaddyText.secretHeader(header.name());
        set.add(secret ? new Header(header.name(), "***") : header);
      }
    }
    for (Header header : request.originalHeaders()) {
      boolean stays = after.stream().anyMatch(left -> left.name().equalsIgnoreCase(header.name()));
      if (!stays && !header.name().equalsIgnoreCase("host")) {
        set.add(new Header(header.name(), ""));
      }
    }
    return set;
  }

  private static List<String> handledResponses(CaddyNode handler) {
    List<String> told = new ArrayList<>();
    for (CaddyNode response : handler.nodes("handle_response")) {
      CaddyNode match = response.node("match");
      List<String> statuses = match == null ? List.of() : match.texts("status_code");
      String which =
          statuses.isEmpty()
              ? "any"
              : String.join(
                  " ", statuses.stream().map(s -> s.length() == 1 ? s + "xx" : s).toList());
      String status = response.text("status_code");
      told.add(which + (status == null ? " " + response.place() : " =" + status));
    }
    return told;
  }

  /** Adds what is made of failures by routes for errors. */
  void intercepted(List<String> told) {
    Route.Pass pass = draft.pass;
    if (pass != null && !told.isEmpty()) {
      List<String> all = new ArrayList<>(pass.intercepts());
      all.addAll(told);
      draft.pass = CaddyPassParts.with(pass, pass.peers(), all, pass.nextUpstream());
    }
  }
}
