package dev.why502.web;

import dev.why502.language.Language;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The pages and their files, held in memory: exact paths only, nothing is looked up on a disk. */
final class Page {
  /** Paths of the scripts, each after those that it imports. */
  static final List<String> SCRIPTS =
      List.of(
          "/words.js",
          "/lang.js",
          "/dom.js",
          "/bus.js",
          "/token.js",
          "/model.js",
          "/path.js",
          "/past.js",
          "/cases.js",
          "/incidents.js",
          "/probes.js",
          "/rest.js",
          "/why502.js");

  private static final List<String> STATUS_SCRIPTS =
      List.of("/words.js", "/lang.js", "/dom.js", "/token.js", "/status.js");

  private static final String HTML = "text/html; charset=utf-8";
  private static final String STYLE = "/why502.css";

  private final Map<String, String> files = new LinkedHashMap<>();
  private final Map<String, Asset> assets = new LinkedHashMap<>();
  private final Map<String, Document> documents = new LinkedHashMap<>();

  Page() {
    asset(STYLE, "text/css; charset=utf-8");
    SCRIPTS.forEach(script -> asset(script, "text/javascript; charset=utf-8"));
    asset("/status.js", "text/javascript; charset=utf-8");
    asset("/icon.svg", "image/svg+xml");
    documents.put("/", document("index.html", "/why502.js", SCRIPTS));
    documents.put("/status", document("status.html", "/status.js", STATUS_SCRIPTS));
  }

  /** All that it consists of. */
  Set<String> paths() {
    Set<String> all = new HashSet<>(assets.keySet());
    all.addAll(documents.keySet());
    return all;
  }

  void mount(Router router) {
    documents.forEach(
        (path, document) ->
            Routes.read(
                router,
                path,
                exactly(
                    path,
                    context -> {
                      context.response().putHeader(HttpHeaders.VARY, "Accept-Language");
                      Asset asset = chinese(context.request()) ? document.zh() : document.en();
                      serve(context, asset);
                    })));
    assets.forEach(
        (path, asset) ->
            Routes.read(router, path, exactly(path, context -> serve(context, asset))));
  }

  /** The router is lenient about slashes; a cache in front of us may not be. */
  private static io.vertx.core.Handler<RoutingContext> exactly(
      String path, io.vertx.core.Handler<RoutingContext> handler) {
    return context -> {
      if (context.request().path().equals(path)) {
        handler.handle(context);
      } else {
        Replies.problem(context.response(), 404, "no such page");
      }
    };
  }

  /** Whether a person without the token asks for a page. */
  boolean knocks(HttpServerRequest request) {
    String accept = request.getHeader(HttpHeaders.ACCEPT);
    return documents.containsKey(request.path())
        && (request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD))
        && accept != null
        && accept.contains("text/html");
  }

  /**
   * Still a refusal, with the page as its body: a browser cannot be told to send a token, so the
   * page asks for it and carries it itself. It comes in one piece, since its files are refused,
   * too. Nothing in it is secret; what it would show is.
   */
  void refuseWithDoor(HttpServerRequest request) {
    Document document = documents.get(request.path());
    if (document == null) {
      throw new IllegalArgumentException(request.path() + " is no page");
    }
    HttpServerResponse response = request.response();
    response
        .putHeader(HttpHeaders.VARY, "Accept-Language")
        .putHeader("Content-Security-Policy", document.doorPolicy());
    Replies.end(
        response, 401, HTML, chinese(request) ? inChinese(document.door()) : document.door());
  }

  static boolean chinese(HttpServerRequest request) {
    String wanted = request.getHeader(HttpHeaders.ACCEPT_LANGUAGE);
    return Language.accepted(wanted) == Language.CHINESE;
  }

  private static void serve(RoutingContext context, Asset asset) {
    HttpServerResponse response = context.response();
    response
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
        .putHeader(HttpHeaders.ETAG, asset.tag());
    String known = context.request().getHeader(HttpHeaders.IF_NONE_MATCH);
    if (known != null && known.contains(asset.tag())) {
      response.setStatusCode(304).end();
    } else {
      response.putHeader(HttpHeaders.CONTENT_TYPE, asset.type()).end(asset.content());
    }
  }

  private void asset(String path, String type) {
    String content = content(path.substring(1));
    files.put(path, content);
    assets.put(path, Asset.of(type, content));
  }

  private Document document(String file, String script, List<String> scripts) {
    String html = content(file);
    String style = String.valueOf(files.get(STYLE));
    String whole = Bundle.of(scripts, files);
    String door =
        html.replaceFirst("<link rel=\"icon\"[^>]*>\\s*", "")
            .replaceFirst("<img [^>]*>", "")
            .replace(
                "<link rel=\"stylesheet\" href=\"" + STYLE + "\">", "<style>" + style + "</style>")
            .replace(
                "<script type=\"module\" src=\"" + script + "\"></script>",
                "<script type=\"module\">" + whole + "</script>");
    String policy =
        Replies.POLICY
            .replace("script-src 'self'", "script-src 'sha256-" + base64Hash(whole) + "'")
            .replace("style-src 'self'", "style-src 'sha256-" + base64Hash(style) + "'");
    return new Document(Asset.of(HTML, html), Asset.of(HTML, inChinese(html)), door, policy);
  }

  /** The scripts fill in the texts; this is what they go by, and what a screen reader hears. */
  private static String inChinese(String html) {
    return html.replaceFirst("<html lang=\"en\">", "<html lang=\"zh-CN\">");
  }

  private static String content(String file) {
    try (InputStream in = Page.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String base64Hash(String content) {
    return Base64.getEncoder().encodeToString(hash(content));
  }

  /** An entity tag of this content (RFC 9110, 8.8.3). */
  static String tag(String content) {
    return '"' + HexFormat.of().formatHex(hash(content), 0, 8) + '"';
  }

  private static byte[] hash(String content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * @param door the page in one piece
   * @param doorPolicy which lets that one piece run and nothing else
   */
  private record Document(Asset en, Asset zh, String door, String doorPolicy) {}

  private record Asset(String type, String tag, Buffer content) {
    static Asset of(String type, String content) {
      return new Asset(type, Page.tag(content), Buffer.buffer(content));
    }
  }
}
