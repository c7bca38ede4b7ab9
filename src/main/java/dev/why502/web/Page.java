package dev.why502.web;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** The page and its files, held in memory: exact paths only, nothing is looked up on a disk. */
final class Page {
  private final Map<String, Asset> assets = new LinkedHashMap<>();

  Page() {
    add("/", "index.html", "text/html; charset=utf-8");
    add("/why502.css", "why502.css", "text/css; charset=utf-8");
    add("/why502.js", "why502.js", "text/javascript; charset=utf-8");
    add("/bus.js", "bus.js", "text/javascript; charset=utf-8");
    add("/icon.svg", "icon.svg", "image/svg+xml");
  }

  void mount(Router router) {
    assets.forEach((path, asset) -> Routes.read(router, path, context -> serve(context, asset)));
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

  private void add(String path, String file, String type) {
    try (InputStream in = Page.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is not in the jar");
      }
      byte[] content = in.readAllBytes();
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
      String tag = '"' + HexFormat.of().formatHex(hash, 0, 8) + '"';
      assets.put(path, new Asset(type, tag, Buffer.buffer(content)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private record Asset(String type, String tag, Buffer content) {}
}
