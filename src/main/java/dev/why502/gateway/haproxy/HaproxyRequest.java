package dev.why502.gateway.haproxy;

import dev.why502.definition.Request.Header;
import dev.why502.gateway.ByteText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request while rules change it. Null stands for what is not known. */
final class HaproxyRequest {
  /** Headers that every client sends in some form, so that it is not known which. */
  private static final Set<String> CLIENTS_OWN =
      Set.of("user-agent", "accept", "accept-encoding", "connection");

  @Nullable String method;
  @Nullable String path;

  /** Without "?", "" when there is none. */
  @Nullable String query;

  final List<Header> headers = new ArrayList<>();
  final boolean tls;
  final @Nullable String serverName;

  /** Whether TLS reaches the frontend undecrypted. */
  final boolean hello;

  final @Nullable String client;
  final @Nullable String address;
  final int port;
  final long bodyBytes;
  final String version;
  final String originalTarget;

  /** Variables that rules set; a null value is one that is not known. */
  final Map<String, @Nullable String> variables = new HashMap<>();

  /** Names, in small letters, of the headers that rules set, dropped or added to. */
  private final Set<String> changed = new LinkedHashSet<>();

  HaproxyRequest(
      String method,
      String target,
      List<Header> headers,
      boolean tls,
      @Nullable String serverName,
      boolean hello,
      @Nullable String client,
      @Nullable String address,
      int port,
      long bodyBytes,
      String version) {
    this.method = method;
    this.originalTarget = target;
    this.headers.addAll(headers);
    this.tls = tls;
    this.serverName = serverName;
    this.hello = hello;
    this.client = client;
    this.address = address;
    this.port = port;
    this.bodyBytes = bodyBytes;
    this.version = version;
    pathAndQuery(target);
  }

  void pathAndQuery(@Nullable String text) {
    int mark = text == null ? -1 : text.indexOf('?');
    path = text == null || mark < 0 ? text : text.substring(0, mark);
    query = text == null ? null : mark < 0 ? "" : text.substring(mark + 1);
  }

  @Nullable String target() {
    if (path == null || query == null) {
      return null;
    }
    return query.isEmpty() ? path : path + "?" + query;
  }

  /** Values of a header, in their order; null when they are not known. */
  @Nullable List<String> values(String name) {
    List<String> values = new ArrayList<>();
    for (Header header : headers) {
      if (header.name().equalsIgnoreCase(name)) {
        values.add(header.value());
      }
    }
    for (String value : values) {
      if (!HaproxyText.known(value)) {
        return null;
      }
    }
    boolean unsaid =
        values.isEmpty()
            && CLIENTS_OWN.contains(ByteText.lower(name))
            && !changed.contains(ByteText.lower(name));
    return unsaid ? null : values;
  }

  void remove(String name) {
    headers.removeIf(header -> header.name().equalsIgnoreCase(name));
    changed.add(ByteText.lower(name));
  }

  /** Sets a header; a value that is not known is remembered as such. */
  void set(String name, @Nullable String value) {
    remove(name);
    add(name, value);
  }

  void add(String name, @Nullable String value) {
    headers.add(new Header(name, value == null ? String.valueOf(HaproxyText.UNKNOWN) : value));
    changed.add(ByteText.lower(name));
  }

  /** Each header that is not as it came, with an empty value where it is dropped. */
  List<Header> changes() {
    List<Header> all = new ArrayList<>();
    for (String name : changed) {
      List<Header> now =
          headers.stream().filter(header -> header.name().equalsIgnoreCase(name)).toList();
      for (Header header : now.isEmpty() ? List.of(new Header(name, "")) : now) {
        if (HaproxyText.known(header.value())) {
          all.add(header);
        }
      }
    }
    return all;
  }

  /** The Host header; null when it is not known or absent. */
  @Nullable String host() {
    List<String> values = values("host");
    return values == null || values.isEmpty() ? null : values.get(0);
  }
}
