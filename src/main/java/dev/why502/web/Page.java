package dev.why502.web;

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
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** The page and its files, held in memory: exact paths only, nothing is looked up on a disk. */
final class Page {
  private static final String HTML = "text/html; charset=utf-8";

  private final Map<String, Asset> assets = new LinkedHashMap<>();
  private final String door;
  private final String doorPolicy;

  Page() {
    String index = add("/", "index.html", HTML);
    String style = add("/why502.css", "why502.css", "text/css; charset=utf-8");
    String script = add("/why502.js", "why502.js", "text/javascript; charset=utf-8");
    String bus = add("/bus.js", "bus.js", "text/javascript; charset=utf-8");
    add("/icon.svg", "icon.svg", "image/svg+xml");
    String whole =
        bus.replace("export class", "class")
            + script.replace("import { Bus } from \"/bus.js\";", "");
    door =
        index
            .replaceFirst("<link rel=\"icon\"[^>]*>\\s*", "")
            .replace(
                "<link rel=\"stylesheet\" href=\"/why502.css\">", "<style>" + style + "</style>")
            .replace(
                "<script type=\"module\" src=\"/why502.js\"></script>",
                "<script type=\"module\">" + whole + "</script>");
    doorPolicy =
        Replies.POLICY
            .replace("script-src 'self'", "script-src 'sha256-" + base64Hash(whole) + "'")
            .replace("style-src 'self'", "style-src 'sha256-" + base64Hash(style) + "'");
  }

  void mount(Router router) {
    assets.forEach(
        (path, asset) ->
            Routes.read(
                router,
                path,
                context -> {
                  // The router is lenient about slashes; a cache in front of us may not be.
                  if (context.request().path().equals(path)) {
                    serve(context, asset);
                  } else {
                    Replies.problem(context.response(), 404, "no such page");
                  }
                }));
  }

  /** Whether a person without the token asks for the page. */
  static boolean knocks(HttpServerRequest request) {
    String accept = request.getHeader(HttpHeaders.ACCEPT);
    return request.path().equals("/")
        && (request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD))
        && accept != null
        && accept.contains("text/html");
  }

  /**
   * Still a refusal, with the page as its body: a browser cannot be told to send a token, so the
   * page asks for it and carries it itself. It comes in one piece, since its files are refused,
   * too. Nothing in it is secret; what it would show is.
   */
  void refuseWithDoor(HttpServerResponse response) {
    response.putHeader("Content-Security-Policy", doorPolicy);
    Replies.end(response, 401, HTML, door);
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

  private String add(String path, String file, String type) {
    try (InputStream in = Page.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is not in the jar");
      }
      String content = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      String tag = '"' + HexFormat.of().formatHex(hash(content), 0, 8) + '"';
      assets.put(path, new Asset(type, tag, Buffer.buffer(content)));
      return content;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String base64Hash(String content) {
    return Base64.getEncoder().encodeToString(hash(content));
  }

  private static byte[] hash(String content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private record Asset(String type, String tag, Buffer content) {}
}
